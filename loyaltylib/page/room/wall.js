// The wall: shows what the simulator's page shows, and nothing of the trainer's.

const channel = new BroadcastChannel("loyalty-wall");
const place = (id) => document.getElementById(id);
let address = "";

channel.onmessage = ({ data }) => {
  if ("blank" in data) place("blank").toggleAttribute("hidden", !data.blank);
  if ("poll" in data) showPoll(data.poll);
  if (!data.shown) return;
  const { svg, alt, title, message, story, lang } = data.shown;
  document.documentElement.lang = lang === "zh" ? "zh-Hans" : lang;
  place("title").textContent = title;
  place("message").textContent = message;
  place("words").textContent = story.words ?? "";
  place("question").textContent = story.question ?? "";
  place("guesses").replaceChildren(
    ...(story.guesses ?? []).map((guess) => Object.assign(document.createElement("li"), { textContent: guess })),
  );
  const next = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  place("picture").src = next;
  place("picture").alt = alt;
  if (address) URL.revokeObjectURL(address);
  address = next;
};
function showPoll(poll) {
  place("poll").hidden = !poll;
  if (!poll) return;
  const { labels, options, counts = [], right = [], why = [] } = poll;
  place("asked").textContent = poll.text;
  place("join").textContent = poll.phase === "open" ? `${labels.join} ${poll.address}` : "";
  place("code").hidden = poll.phase !== "open";
  if (!place("code").src.endsWith("poll.svg")) place("code").src = "/poll.svg";
  place("code").alt = poll.address;
  place("votes").textContent = labels.votes.replace("{}", poll.votes);
  const body = Object.entries(options).map(([name, text], number) => {
    const row = document.createElement("tr");
    row.className = right.includes(name) ? "loyalty-right" : "";
    const head = Object.assign(document.createElement("th"), { scope: "row", textContent: `${String.fromCharCode(65 + number)}. ${text}` });
    if (right.includes(name)) head.textContent += " ✓";
    row.append(head);
    for (const round of counts) {
      const all = Object.values(round).reduce((sum, votes) => sum + votes, 0);
      const bar = Object.assign(document.createElement("meter"), { max: all || 1, value: round[name] });
      bar.ariaLabel = `${text}: ${round[name]}`;
      const cell = document.createElement("td");
      cell.append(bar, ` ${round[name]}`);
      row.append(cell);
    }
    return row;
  });
  const heads = document.createElement("tr");
  for (const text of ["", ...counts.map((_, number) => (number ? labels.second : labels.first))])
    heads.append(Object.assign(document.createElement(text ? "th" : "td"), { textContent: text }));
  place("bars").replaceChildren(...(counts.length ? [heads] : []), ...body);
  place("why").textContent = why.join(" ");
}

document.addEventListener("keydown", (event) => {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (["PageDown", "PageUp", "b", "f", "r"].includes(key)) channel.postMessage({ key });
});
channel.postMessage({ hello: true });
