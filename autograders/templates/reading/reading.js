// Levels on the keys 0 to 4, one answer after the other; every mark is saved before the next key is asked for.
"use strict";

const answers = [...document.querySelectorAll("article")];
const progress = document.getElementById("progress");
const trouble = document.getElementById("trouble");
const done = []; // what was before each order: for undo
let saving = Promise.resolve();

const comment = (answer) => answer.querySelector("textarea");
const levelOf = (answer) => (answer.dataset.level === "" ? null : Number(answer.dataset.level));

function current() {
  return document.activeElement?.closest?.("article") ?? answers[0];
}

function step(answer, by) {
  const next = answers[answers.indexOf(answer) + by];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

async function send(order) {
  try {
    const reply = await fetch("mark", { method: "POST", body: JSON.stringify(order) });
    if (!reply.ok) throw new Error(reply.status);
    trouble.hidden = true;
    const now = await reply.json();
    progress.textContent = progress.dataset.words.replace("{read}", now.read).replace("{texts}", now.texts);
    return now;
  } catch {
    trouble.textContent = trouble.dataset.words;
    trouble.hidden = false;
    return null;
  }
}

async function apply(answer, level, words) {
  const before = { answer, level: levelOf(answer), words: answer.dataset.words ?? comment(answer).defaultValue };
  const now = await send({ number: Number(answer.dataset.number), level, comment: words });
  if (!now) return null;
  answer.dataset.level = level ?? "";
  answer.dataset.words = words;
  comment(answer).value = words;
  answer.classList.toggle("read", level !== null);
  for (const button of answer.querySelectorAll("[data-give]"))
    button.setAttribute("aria-pressed", String(level !== null && Number(button.dataset.give) === level));
  return before;
}

// One order after the other, so that undo takes back the last one however fast the keys come.
function give(answer, level) {
  const words = comment(answer).value;
  saving = saving.then(async () => {
    const before = await apply(answer, level, words);
    if (before) done.push(before);
  });
}

function undo() {
  saving = saving.then(async () => {
    const last = done.pop();
    if (!last) return;
    await apply(last.answer, last.level, last.words);
    last.answer.focus();
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const answer = current();
  if (event.target.matches("textarea")) {
    if (event.key === "Escape") { event.preventDefault(); answer.focus(); }
    return;
  }
  if (!answer) return;
  if (/^[0-4]$/.test(event.key)) { give(answer, Number(event.key)); step(answer, 1); }
  else if (event.key === "j" || event.key === "ArrowDown") step(answer, 1);
  else if (event.key === "k" || event.key === "ArrowUp") step(answer, -1);
  else if (event.key === "c") comment(answer).focus();
  else if (event.key === "u") undo();
  else return;
  event.preventDefault();
});

for (const answer of answers) {
  answer.addEventListener("click", (event) => {
    const button = event.target.closest("[data-give]");
    if (button) give(answer, Number(button.dataset.give));
  });
  comment(answer).addEventListener("change", () => {
    if (levelOf(answer) !== null) give(answer, levelOf(answer));
  });
}

let last = answers[0];
document.addEventListener("focusin", (event) => { last = event.target.closest?.("article") ?? last; });
document.getElementById("bank").addEventListener("click", (event) => {
  const words = event.target.closest("button")?.textContent;
  if (!words || !last) return;
  comment(last).value = comment(last).value ? `${comment(last).value} ${words}` : words;
  if (levelOf(last) !== null) give(last, levelOf(last));
  last.focus();
});

document.getElementById("nothing")?.addEventListener("click", async (event) => {
  const said = document.getElementById("nothing-done");
  for (const number of event.target.dataset.numbers.split(" "))
    if (!(await send({ number: Number(number), level: 0, comment: "" }))) return;
  said.textContent = said.dataset.words;
});

answers.find((answer) => !answer.classList.contains("read"))?.focus();
