// What a trainer does on a simulator's page: the keys of a clicker, a wall in another window, a kernel that was lost.
//
// The page itself was made before anybody asked for it; its words come by the chapter and language of its address.

const ASK_EVERY = 5000; // milliseconds
const GIVE_UP = 12000;
const SETTLED = 400; // an address that changes with every step of a slider costs more than the picture
const given = new URLSearchParams(location.search);
const presents = given.get("view") === "presenter";
const channel = new BroadcastChannel("loyalty-wall");
let words = {};
let labels = {};
let shown = null;
let frozen = false;
let heard = Date.now();
let polled = null;
let seen = null;
let darkened = false;
let settling = 0;

const ask = (detail) => window.dispatchEvent(new CustomEvent("loyalty-ask", { detail }));
const fill = (text, number) => text.replace("{}", number);
const letter = (place) => String.fromCharCode(65 + place);
const make = (tag, parent, more = {}) => parent.appendChild(Object.assign(document.createElement(tag), more));

const bar = make("nav", document.body, { className: "loyalty-bar" });
document.body.prepend(bar);
const aside = presents ? make("aside", document.body, { className: "loyalty-aside" }) : null;
const blank = make("div", document.body, { className: "loyalty-blank", hidden: true });
let state = null;

// Another chapter or language comes into the same page by the same kernel; without a simulator a link is a link.
async function open(query) {
  ask({ do: "open", query });
  await furnish(query);
}

async function furnish(query) {
  words = await (await fetch(`/words?${query}`)).json();
  labels = words.labels;
  document.title = words.title;
  document.documentElement.lang = words.language;
  fillBar();
  if (aside) fillAside();
  if (shown) recall();
}

function fillBar() {
  bar.replaceChildren();
  bar.ariaLabel = labels.page;
  make("a", bar, { href: `/?lang=${words.lang}`, textContent: labels.start });
  const chapters = make("select", bar, { ariaLabel: labels.chapter });
  for (const [stem, title] of Object.entries(words.chapters)) make("option", chapters, { value: stem, textContent: title });
  chapters.value = words.stem;
  chapters.onchange = () => open(`stem=${chapters.value}&lang=${words.lang}`);
  for (const [lang, name] of Object.entries(words.languages)) {
    const link = make("a", bar, { href: `?stem=${words.stem}&lang=${lang}`, textContent: name, lang: lang === "zh" ? "zh-Hans" : lang });
    if (lang === words.lang) link.ariaCurrent = "true";
    link.onclick = (event) => {
      if (!shown) return;
      event.preventDefault();
      open(shown.query.replace(/lang=\w+/, `lang=${lang}`));
    };
  }
  state = make("span", bar, { role: "status" });
}

// ------------------------------------------------------------ the wall

const mirror = () => shown && !frozen && channel.postMessage({ shown });

window.addEventListener("loyalty-shown", ({ detail }) => {
  shown = detail;
  heard = Date.now();
  clearTimeout(settling);
  settling = setTimeout(address, SETTLED);
  mirror();
  recall();
});

// The address of the page leads back to what is shown.
function address() {
  clearTimeout(settling);
  history.replaceState(null, "", `${location.pathname}?${shown.query}${presents ? "&view=presenter" : ""}`);
}
channel.onmessage = ({ data }) => {
  if (data.hello) mirror();
  if (data.key) press(data.key);
};

// ------------------------------------------------------------ keys

function press(key) {
  if (key === "PageDown") ask({ do: "step", by: 1 });
  else if (key === "PageUp") ask({ do: "step", by: -1 });
  else if (key === "r") ask({ do: "reset" });
  else if (key === "b") {
    darkened = !darkened;
    channel.postMessage({ blank: darkened });
    blank.hidden = !darkened || presents; // the laptop stays bright
    say();
  } else if (key === "f") {
    frozen = !frozen;
    mirror();
    say();
  } else return false;
  return true;
}
const say = (text = "") => {
  const now = [darkened && presents && labels.blanked, frozen && labels.frozen, text];
  if (state) state.textContent = now.filter(Boolean).join(" ");
};

document.addEventListener(
  "keydown",
  (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const typing = event.target.closest?.("input:not([type=radio]), textarea, select, [contenteditable=true]");
    if (typing && !key.startsWith("Page")) return;
    if (!press(key)) return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);

// ------------------------------------------------------------ the presenter's view

const parts = {};
function fillAside() {
  aside.replaceChildren();
  aside.ariaLabel = labels.presenter;
  for (const part of ["now", "notes", "right", "answer", "next"]) {
    make("h2", aside, { textContent: labels[part] });
    parts[part] = make("p", aside);
  }
  for (const key of ["PageUp", "PageDown", "b", "f", "r"])
    make("button", aside, { type: "button", textContent: labels[key], onclick: () => press(key) });
  pollPanel(aside);
  if (seen) count();
}

// ------------------------------------------------------------ the poll

async function order(wanted) {
  const answer = await fetch(`/poll?lang=${words.lang}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(wanted),
  });
  seen = answer.ok ? await answer.json() : { error: labels.lost };
  count();
}

// What the wall may show of it: bars once they are closed, the key once it is revealed.
function onTheWall() {
  if (!seen?.options) return null;
  const { phase, text, options, address, votes } = seen;
  const told = { phase, text, options, address, votes, labels };
  if (phase !== "open") told.counts = seen.counts;
  if (phase === "revealed") Object.assign(told, { right: seen.right, why: seen.right.map((name) => seen.why[name] ?? "") });
  return told;
}

function count() {
  polled.state.textContent = seen.error ?? [fill(labels.votes, seen.votes), fill(labels.devices, seen.devices)].join(" · ");
  polled.counts.replaceChildren();
  for (const [number, counts] of (seen.counts ?? []).entries()) {
    const said = Object.values(counts).map((votes, place) => `${letter(place)} ${votes}`);
    make("li", polled.counts, { textContent: [number ? labels.second : labels.first, ...said].join(" · ") });
  }
  if (!frozen) channel.postMessage({ poll: onTheWall() });
}

function pollPanel(aside) {
  make("h2", aside, { textContent: labels.poll });
  const choice = make("select", aside);
  choice.ariaLabel = labels.poll;
  for (const each of words.polls) make("option", choice, { textContent: each.title, value: JSON.stringify(each) });
  const run = (step) => () => order(step === "ask" ? { do: step, ...JSON.parse(choice.value) } : { do: step });
  for (const step of ["ask", "close", "again", "reveal", "end"])
    make("button", aside, { type: "button", textContent: labels[step], onclick: run(step) });
  const hands = make("input", aside, { placeholder: labels.as, size: 14 });
  hands.ariaLabel = labels.hands;
  const counted = () => {
    const numbers = hands.value.split(/[^0-9]+/).filter(Boolean).map(Number);
    const names = Object.keys(seen?.options ?? {});
    return order({ do: "hands", counts: Object.fromEntries(names.map((name, n) => [name, numbers[n] ?? 0])) });
  };
  make("button", aside, { type: "button", textContent: labels.count, onclick: counted });
  polled = { state: make("p", aside, { role: "status" }), counts: make("ul", aside) };
}
setInterval(() => seen?.options && order({ do: "state" }), 1000);

function recall() {
  if (!presents || !words.stories || !shown.query.startsWith(`stem=${words.stem}&`)) return;
  const place = Math.max(0, words.stories.findIndex((story) => story.name === shown.story.name));
  const { title, notes, answer, guesses, right } = words.stories[place];
  const next = words.stories[place + 1]?.title ?? labels.last;
  const told = { now: title, notes, right: right ? guesses[right - 1] : "", answer, next };
  for (const [part, text] of Object.entries(told)) parts[part].textContent = text || "–";
}

// ------------------------------------------------------------ a kernel that was lost

window.addEventListener("loyalty-told", () => (heard = Date.now()));
setInterval(async () => {
  if (!shown) return;
  ask({ do: "ping" });
  if (Date.now() - heard < GIVE_UP) return say();
  say(labels.lost);
  try {
    if ((await fetch("/alive", { cache: "no-store" })).ok) {
      address();
      location.reload(); // the address holds the state
    }
  } catch {
    // the server is not back yet
  }
}, ASK_EVERY);

await furnish(given);
