// The pages of figures stand by themselves; this adds local time, tips that keep to the screen, and the few forms.
const wanted = [localStorage.getItem("cargoscope.language") ?? "", ...navigator.languages].map((name) => name.slice(0, 2));
const language = wanted.find((name) => ["en", "vi", "es"].includes(name)) ?? "en";
if (language !== document.documentElement.lang && !document.cookie.includes(`cargoscope_language=${language}`)) {
  document.cookie = `cargoscope_language=${language}; path=/; max-age=31536000; SameSite=Strict`;
  location.reload();
}

for (const time of document.querySelectorAll("time")) {
  time.textContent = new Date(time.dateTime).toLocaleString(language, { dateStyle: "short", timeStyle: "short" });
  time.title = time.dateTime;
}

// A table that scrolls would cut its tips off: they are put where they have room on the screen.
for (const defined of document.querySelectorAll(".defined")) {
  const open = () => {
    defined.classList.remove("is-shut");
    const tip = defined.querySelector(".tip");
    const at = defined.getBoundingClientRect();
    tip.style.position = "fixed";
    tip.style.right = "auto";
    tip.style.left = `${Math.max(8, Math.min(at.left, innerWidth - tip.offsetWidth - 8))}px`;
    tip.style.top = `${at.bottom + 8 + tip.offsetHeight > innerHeight ? at.top - tip.offsetHeight - 8 : at.bottom + 8}px`;
  };
  defined.addEventListener("mouseenter", open);
  defined.addEventListener("focusin", open);
}
addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const defined of document.querySelectorAll(".defined")) defined.classList.add("is-shut");
});

const said = document.querySelector("[data-said]");

/** Sends JSON to the service; a refusal is shown in words. */
async function send(method, url, body) {
  said.textContent = "";
  said.classList.remove("is-bad");
  try {
    const answer = await fetch(url, { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const told = await answer.json();
    if (answer.ok) return told;
    if (answer.status === 401) location.assign("/login");
    said.textContent = told.error;
  } catch (error) {
    said.textContent = error.message;
  }
  said.classList.add("is-bad");
  return null;
}

for (const form of document.querySelectorAll("form[data-session]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const order = { purpose: form.dataset.session, count: Number(fields.get("count")), level: fields.get("level") ?? "mixed" };
    const session = await send("POST", "/v1/training/sessions", order);
    if (session) location.assign(`/training/${session.session_id}`);
  });
}

for (const form of document.querySelectorAll("form[data-rate]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const rate = Number(new FormData(form).get("rate")) / 100;
    if (await send("PUT", `/v1/projection/${encodeURIComponent(form.dataset.rate)}`, { rate })) location.reload();
  });
}

// As on every page of the console: what waits to be sent is not left behind, and nobody's marks stay on this machine.
const WORK = "cargoscope.work.";
const out = document.querySelector("[data-logout]");
out.addEventListener("click", async () => {
  const kept = Object.keys(localStorage).filter((key) => key.startsWith(WORK));
  const waits = kept.some((key) => key.includes("/outbox."));
  const left = !waits && (await fetch("/v1/logout", { method: "POST" }).then((answer) => answer.ok, () => false));
  if (!left) {
    said.textContent = waits ? out.dataset.waits : out.dataset.away;
    return said.classList.add("is-bad");
  }
  for (const key of kept) localStorage.removeItem(key);
  location.assign("/login");
});
