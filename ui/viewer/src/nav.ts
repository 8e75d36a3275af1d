/** The console's pages as links, the officer's name, and the way out. */
import { el } from "./dom";
import { type Key, t } from "./i18n";
import type { Role } from "./wire";

/** Who has arrived, and which pages they may see. */
export interface Arrival {
  officer: string;
  roles: Role[];
  places: Place[];
}

export interface Place {
  name: string;
  url: string;
}

/** One link per page; a person who has one page needs none. */
export function drawNav(host: HTMLElement, places: readonly Place[], here: string): void {
  host.hidden = places.length < 2;
  host.replaceChildren(
    ...places.map(({ name, url }) =>
      el("a", { href: url, class: "cs-place", "aria-current": name === here ? "page" : null }, t(`nav.${name}` as Key)),
    ),
  );
}

export function roleWords(roles: readonly Role[]): string {
  return roles.map((role) => t(`role.${role}`)).join(", ");
}
