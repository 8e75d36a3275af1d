/** Where in the picture a region lies, as an officer would say it over the radio. Pure. */
import { type Key, t } from "./i18n";
import type { Box, ViewInfo } from "./wire";

export interface Zone {
  along: Key;
  up: Key | null;
  /** Metres from the left edge of the picture to the region's middle; null where the pitch is unknown. */
  metres: number | null;
}

/** Thirds along the way and, seen from the side, of the height of the picture. */
export function zoneOf([x1, y1, x2, y2]: Box, view: ViewInfo): Zone {
  const middle = (x1 + x2) / 2;
  const along = third(middle / view.width, ["zone.left", "zone.centre", "zone.right"]);
  const above = view.name === "top" ? null : third((y1 + y2) / 2 / view.height, ["zone.roof", "zone.half", "zone.floor"]);
  return { along, up: above, metres: view.pitch_mm ? (middle * view.pitch_mm[0]) / 1000 : null };
}

export function zoneWords({ along, up, metres }: Zone): string {
  const where = [t(along), up ? t(up) : ""].filter(Boolean).join(", ");
  return metres === null ? where : t("zone.along", { where, metres: metres.toFixed(1) });
}

function third(share: number, keys: readonly [Key, Key, Key]): Key {
  return keys[share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2];
}
