// Speaks the officer's language, as the console does: the one chosen on this machine, else the browser's, else English.
let words = {};
const wanted = [localStorage.getItem("cargoscope.language") ?? "", ...navigator.languages].map((name) => name.slice(0, 2));
const language = wanted.find((name) => ["en", "vi", "es"].includes(name)) ?? "en";
if (language !== "en") {
  fetch(`/messages/${language}.json`).then((answer) => answer.json()).then((catalogue) => {
    words = catalogue;
    document.documentElement.lang = language;
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = words[element.dataset.t];
  }).catch(() => {});
}

// Another way in, where the site has one: its words come from the site.
const other = document.querySelector("[data-other]");
if (other) {
  fetch("/v1/login").then((answer) => answer.json()).then(({ oidc }) => {
    other.textContent = oidc ?? "";
    other.hidden = !oidc;
  }).catch(() => {});
}

// Sends the form to the service as JSON; a refusal is shown in words, and what was typed stays.
const form = document.querySelector("form");
const said = document.querySelector("[data-said]");
const button = form.querySelector("button");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { again, ...body } = Object.fromEntries(new FormData(form));
  if (again !== undefined && again !== body.new) {
    said.textContent = words["password.twoWays"] ?? "The new password was typed in two ways.";
    return;
  }
  said.textContent = "";
  button.disabled = true;
  try {
    const answer = await fetch(form.dataset.call, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const me = await answer.json();
    if (answer.ok) location.assign(me.must_change_password ? "/password" : "/console/");
    else if (answer.status === 401 && form.dataset.call !== "/v1/login" && me.error === "not logged in") location.assign("/login");
    else said.textContent = sentence(me.error);
  } catch {
    said.textContent = words["ask.away"] ?? "The service does not answer. Try again.";
  }
  button.disabled = false;
});

function sentence(words) {
  const text = String(words ?? "The service refused").trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}
