// Levels on the keys 0 to 4, one answer after the other; every mark is saved before the next key is asked for.
"use strict";

const answers = [...document.querySelectorAll("article")];
const progress = document.getElementById("progress");
const trouble = document.getElementById("trouble");
const bank = document.getElementById("bank");
const FIRST_KEY = 5; // of the comments used before; the levels have the keys below
const done = []; // the answer of each order since the page was loaded
let saving = Promise.resolve();

const comment = (answer) => answer.querySelector("textarea");

function current() {
  return document.activeElement?.closest?.("article") ?? answers[0];
}

function step(answer, by) {
  const next = answers[answers.indexOf(answer) + by];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}

// One order after the other, so that undo takes back the last one however fast the keys come.
function send(address, order) {
  saving = saving.then(() => order_of(address, order));
  return saving;
}

async function order_of(address, order) {
  try {
    const reply = await fetch(address, { method: "POST", body: JSON.stringify(order) });
    if (!reply.ok) throw new Error(reply.status);
    trouble.hidden = true;
    const now = await reply.json();
    if (now.number) show(now);
    return now;
  } catch {
    trouble.textContent = trouble.dataset.words;
    trouble.hidden = false;
    return null;
  }
}

function show(now) {
  progress.textContent = progress.dataset.words.replace("{read}", now.read).replace("{texts}", now.texts);
  const answer = answers.find((each) => Number(each.dataset.number) === now.number);
  if (!answer) return;
  const words = comment(answer);
  // What is being typed stays: it is saved when its field is left.
  if (document.activeElement !== words) words.value = now.comment;
  answer.classList.toggle("read", now.points !== null);
  for (const button of answer.querySelectorAll("[data-give]"))
    button.setAttribute("aria-pressed", String(Number(button.dataset.give) === now.level));
  const elsewhere = answer.querySelector(".elsewhere");
  elsewhere.hidden = now.points === null || now.level !== null;
  elsewhere.textContent = elsewhere.dataset.words.replace("{points}", now.points);
  remember(now.comment);
}

function give(answer, level) {
  done.push(answer);
  return send("mark", { number: Number(answer.dataset.number), level, comment: comment(answer).value });
}

// The answer has the focus before the reply is there: the next key may be pressed by then.
async function undo() {
  const known = done.pop();
  known?.focus();
  const now = await send("undo", {});
  if (!known) answers.find((each) => Number(each.dataset.number) === now?.number)?.focus();
}

function remember(words) {
  const known = [...bank.querySelectorAll("button")];
  if (!words || known.length >= Number(bank.dataset.most) || known.some((each) => each.dataset.words === words)) return;
  const line = bank.appendChild(document.createElement("li"));
  const button = line.appendChild(document.createElement("button"));
  button.type = "button";
  button.dataset.words = words;
  const key = button.appendChild(document.createElement("kbd"));
  key.textContent = FIRST_KEY + known.length;
  button.append(` ${words}`);
}

function keepComment(answer) {
  done.push(answer);
  return send("mark", { number: Number(answer.dataset.number), comment: comment(answer).value });
}

function reuse(answer, words) {
  const field = comment(answer);
  if (!words || field.value.includes(words)) return;
  field.value = field.value ? `${field.value} ${words}` : words;
  keepComment(answer);
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
  else if (/^[5-9]$/.test(event.key)) reuse(answer, bank.querySelectorAll("button")[event.key - FIRST_KEY]?.dataset.words);
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
  comment(answer).addEventListener("change", () => keepComment(answer));
}

let last = answers[0];
document.addEventListener("focusin", (event) => { last = event.target.closest?.("article") ?? last; });
bank.addEventListener("click", (event) => {
  const words = event.target.closest("button")?.dataset.words;
  if (!words || !last) return;
  reuse(last, words);
  last.focus();
});

document.getElementById("nothing")?.addEventListener("click", async (event) => {
  const said = document.getElementById("nothing-done");
  for (const number of event.target.dataset.numbers.split(" "))
    if (!(await send("mark", { number: Number(number), level: 0, comment: "" }))) return;
  said.textContent = said.dataset.words;
});

answers.find((answer) => !answer.classList.contains("read"))?.focus();
