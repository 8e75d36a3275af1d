/** The pages beside the desk; Gradio's component calls `mount` once, with the name of its page. */
import "./pages.css";
import { drawAccounts } from "./accounts";
import { chooseLanguage } from "./i18n";
import { drawOutcomes } from "./outcomes";
import { openPage, type Page, type PageServer } from "./page";
import { drawStations } from "./stations";

const PAGES: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  accounts: drawAccounts,
  outcomes: drawOutcomes,
  stations: drawStations,
};

/** Builds a page in an element, and starts it. */
export async function mount(element: HTMLElement, server: PageServer, name: string): Promise<void> {
  const root = element.querySelector<HTMLElement>(".cs") ?? element;
  chooseLanguage();
  const page = await openPage(root, server, name);
  if (page) await PAGES[name](page);
}
