
// Says that the first tap counts, and ignores more of them while it is on its way.
const form = document.querySelector("form");
const button = form.querySelector("button");
const calm = button.textContent;
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) return event.preventDefault();
  sent = true;
  button.textContent = button.dataset.working;
  button.setAttribute("aria-disabled", "true");
});
// Coming back with the browser's arrow finds the form as it was left: ready it again.
addEventListener("pageshow", () => {
  sent = false;
  button.textContent = calm;
  button.removeAttribute("aria-disabled");
});
