/** A look-up like that of a 6/4 MV linac, for tests. */
import type { Lookup } from "../src/lookup";

export const LINAC: Lookup = {
  scanner: "linac", photons: 4e5, electronic: 5e-5, quanta: [1.5, 1.4], depths: [0.01, 12], borders: [[0.85, 0.847], [0.868, 0.884]],
};
