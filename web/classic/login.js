import { ask, begin } from "./endpoint.js";
import { reason, t, translate } from "./language.js";

translate();

const form = document.getElementById("form");
const problem = document.getElementById("problem");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  problem.textContent = "";
  form.inert = true;
  try {
    const answer = await ask("Online", fields);
    if (answer.ResponseStatus) {
      begin(answer.ResponseData, fields.PassWord);
      location.href = "chat.html";
      return;
    }
    problem.textContent = reason(answer);
  } catch {
    problem.textContent = t("noAnswer");
  }
  form.inert = false;
  form.elements.PassWord.select();
});
