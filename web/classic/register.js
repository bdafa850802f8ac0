import { ask, begin } from "./endpoint.js";
import { reason, t, translate } from "./language.js";

translate();

const form = document.getElementById("form");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  for (const input of form.elements) input.removeAttribute("aria-invalid");
  problem.textContent = "";
  form.inert = true;
  let wrong = form.elements.UserId;
  try {
    const answer = await ask("Register", fields);
    if (answer.ResponseStatus) {
      begin(answer.ResponseData, fields.PassWord);
      location.href = "chat.html";
      return;
    }
    problem.textContent = reason(answer);
    wrong = form.elements[answer.ResponseField] ?? wrong;
    wrong.setAttribute("aria-invalid", "true");
  } catch {
    problem.textContent = t("noAnswer");
  }
  form.inert = false;
  wrong.focus();
});
