// Sends the form to the service as JSON; a refusal is shown in words, and what was typed stays.
const form = document.querySelector("form");
const said = document.querySelector("[data-said]");
const button = form.querySelector("button");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { again, ...body } = Object.fromEntries(new FormData(form));
  if (again !== undefined && again !== body.new) {
    said.textContent = "The new password was typed in two ways.";
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
    said.textContent = "The service does not answer. Try again.";
  }
  button.disabled = false;
});

function sentence(words) {
  const text = String(words ?? "The service refused").trim();
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? "" : ".");
}
