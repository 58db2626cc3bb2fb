// Passkeys, counting while one chooses, and nothing that a page needs to be read or used without a script.
const text = (id) => document.getElementById(id);
const json = (path, body, token) => fetch(path, {
  method: "POST",
  headers: {"Content-Type": "application/json", ...(token ? {"X-Form-Token": token} : {})},
  body: body === undefined ? undefined : JSON.stringify(body),
}).then(async (reply) => ({good: reply.ok, told: await reply.json()}));

async function show(question, answer, token) {
  const asked = await json(question, undefined, token);
  if (!asked.good) return false;
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(asked.told.options);
  const credential = await navigator.credentials.get({publicKey: options});
  return (await json(answer, {credential: credential.toJSON()}, token)).good;
}

async function make(name, token) {
  const asked = await json("/v1/passkey-questions", undefined, token);
  if (!asked.good) return false;
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(asked.told.options);
  const credential = await navigator.credentials.create({publicKey: options});
  return (await json("/v1/passkeys", {name, credential: credential.toJSON()}, token)).good;
}

const tried = (element, act) => async (event) => {
  event.preventDefault();
  element.querySelector("button").setAttribute("aria-disabled", "true");
  let good = false;
  try { good = await act(); } catch (error) { good = false; }
  element.querySelector("button").removeAttribute("aria-disabled");
  if (!good) text("passkey-fault").hidden = false;
};

if (window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON) {
  for (const one of document.querySelectorAll("[data-passkey]")) {
    one.hidden = false;
    const token = one.elements.form_token ? one.elements.form_token.value : "";
    one.addEventListener("submit", tried(one, async () => {
      if (one.dataset.passkey === "in") {
        const good = await show("/v1/sign-in/passkey/question", "/v1/sign-in/passkey");
        // What was typed before the session ended is sent on: it is asked once more before it counts.
        if (good) { if (text("kept")) text("kept").submit(); else location.reload(); }
        return good;
      }
      if (one.dataset.passkey === "new") {
        const good = await make(one.elements.name.value, token);
        if (good) location.assign(one.dataset.then || "/console/settings?done=passkey");
        return good;
      }
      const good = await show("/v1/session/proof/question", "/v1/session/proof", token);
      if (good) {
        if (one.elements.act) HTMLFormElement.prototype.submit.call(one);
        else location.assign(one.action);
      }
      return good;
    }));
  }
  for (const one of document.querySelectorAll("[data-without]")) one.hidden = true;
}

for (const form of document.querySelectorAll("[data-live]")) {
  const place = text(form.dataset.live);
  let latest = 0;
  form.addEventListener("change", async (event) => {
    if (!/^(chip|who)\.|^(join|keep)$/.test(event.target.name)) return;
    const mine = ++latest;
    const sent = new URLSearchParams(new FormData(form));
    sent.set("act", form.dataset.live);
    try {
      const reply = await fetch(location.href, {method: "POST", body: sent});
      const told = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(place.id);
      if (mine === latest && told) place.replaceChildren(...told.childNodes);
    } catch (error) {
      // The button below still asks.
    }
  });
}

// What is still being worked out is looked at again until it is there; without a script the page does it.
for (const place of document.querySelectorAll("[data-again]")) {
  const look = async () => {
    try {
      const reply = await fetch(location.href);
      const told = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById(place.id);
      if (!told) return location.reload();
      if (!told.hasAttribute("data-again")) place.removeAttribute("aria-busy");
      place.replaceChildren(...told.childNodes);
      if (!told.hasAttribute("data-again")) return;
    } catch (error) {
      // No network for a moment.
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
}

// A form is sent once, however often its button is pressed while an answer is on its way.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.hasAttribute("aria-busy")) return event.preventDefault();
  form.setAttribute("aria-busy", "true");
});
addEventListener("pageshow", () => {
  for (const one of document.querySelectorAll("form[aria-busy]")) one.removeAttribute("aria-busy");
});

// Escape closes the menu, and leads back to what has opened it.
addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.more[open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// What was not done names the field that it is about: it may stand far below.
const wrong = document.querySelector("[aria-invalid=true]"), why = document.querySelector("#fault p");
if (wrong && wrong.labels && wrong.labels.length && why) {
  const link = Object.assign(document.createElement("a"), {href: `#${wrong.id}`, textContent: wrong.labels[0].firstChild.textContent.trim()});
  link.addEventListener("click", () => wrong.focus());
  why.append(" ", link);
}
