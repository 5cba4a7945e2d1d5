// The picture of a simulator with its title, words and table; on a stage also a clicker's keys.
//
// One message from the kernel changes all of it at once; while a point is dragged, the next place is sent when the last one is answered.

const LOOK = "<style>svg { display: block; width: 100%; height: auto }</style>";

const make = (tag, name, parent) => {
  const made = document.createElement(tag);
  if (name) made.className = `loyalty-${name}`;
  parent?.append(made);
  return made;
};

function render({ model, el, signal }) {
  const get = (name) => model.get(name);
  const said = get("labels");
  const root = make("section", "picture", el);
  root.lang = get("lang") === "zh" ? "zh-Hans" : "en";
  const story = make("div", "story", root);
  const title = make("h3", "title", root);
  title.setAttribute("aria-live", "polite");
  const message = make("p", "message", root);
  const image = make("div", "image", root);
  image.setAttribute("role", "img");
  const drawing = image.attachShadow({ mode: "open" }); // out of reach of a page's thousands of style rules
  const table = make("details", "table", root);
  make("summary", "", table).textContent = said.table;
  const grid = make("table", "", table);
  const copy = make("div", "copy", root);
  table.addEventListener("toggle", () => tabulate());

  // JupyterLab takes arrows and letters for itself; here they belong to the controls. Escape, and what is pressed
  // with Shift or Control, still leads back to the cells.
  const whole = () => el.closest(".loyalty-simulator") ?? root;
  const keep = (event) => {
    const lab = event.shiftKey || event.ctrlKey || event.metaKey || event.key === "Escape";
    if (whole().contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", !lab);
  };
  window.addEventListener("keydown", keep, { capture: true, signal });
  const name = () => {
    for (const slider of whole().querySelectorAll(".widget-slider")) {
      const label = slider.querySelector(".widget-label")?.textContent;
      if (label) slider.querySelector(".noUi-handle")?.setAttribute("aria-label", label);
    }
  };
  requestAnimationFrame(name);

  // ------------------------------------------------------------ what the kernel says

  function draw() {
    drawing.innerHTML = `${LOOK}${get("svg")}`;
    image.setAttribute("aria-label", get("alt"));
    tell();
    root.dataset.number = get("number");
    announce();
  }

  function tell() {
    title.textContent = get("title");
    message.textContent = get("message");
    if (get("alarm")) message.setAttribute("role", "alert");
    else message.removeAttribute("role");
    tabulate();
    field.value = get("stage") ? `${location.origin}/simulator?${get("query")}` : get("code");
  }

  function tabulate() {
    if (!table.open) return;
    const { caption, heads, rows } = get("table");
    grid.replaceChildren();
    make("caption", "", grid).textContent = caption;
    const head = make("tr", "", make("thead", "", grid));
    for (const text of heads) Object.assign(make("th", "", head), { textContent: text, scope: "col" });
    const body = make("tbody", "", grid);
    for (const [name, ...cells] of rows) {
      const row = make("tr", "", body);
      Object.assign(make("th", "", row), { textContent: name, scope: "row" });
      for (const text of cells) make("td", "", row).textContent = text;
    }
  }

  // A page around the simulator may want to know (a wall), and may ask for something (a clicker).
  function announce() {
    const detail = Object.fromEntries(["svg", "alt", "title", "message", "story", "query", "lang"].map((n) => [n, get(n)]));
    window.dispatchEvent(new CustomEvent("loyalty-shown", { detail }));
  }
  const ask = (event) => model.send(event.detail);
  window.addEventListener("loyalty-ask", ask, { signal });
  model.on("msg:custom", (content) => window.dispatchEvent(new CustomEvent("loyalty-told", { detail: content })));

  function recount() {
    const { words, question, answer, guesses = [] } = get("story");
    story.replaceChildren();
    if (words) make("span", "", story).textContent = `${words} `;
    if (question) make("strong", "", story).textContent = question;
    if (guesses.length) {
      const list = make("ul", "guesses", story);
      for (const guess of guesses) make("li", "", list).textContent = guess;
    }
    if (answer) {
      const more = make("details", "answer", story);
      make("summary", "", more).textContent = said.answer;
      make("p", "", more).textContent = answer;
    }
  }

  // ------------------------------------------------------------ the line that leads back here

  const field = make("input", "code", copy);
  field.readOnly = true;
  field.setAttribute("aria-label", get("stage") ? said.link : said.code);
  const button = make("button", "button", copy);
  button.type = "button";
  button.textContent = said.copy;
  button.onclick = async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // a hub without https has no clipboard
    }
    button.textContent = said.copied;
    setTimeout(() => (button.textContent = said.copy), 1500);
  };

  // ------------------------------------------------------------ dragging a point of the picture

  let held = null;
  let waiting = false;
  let next = null;
  const place = (event) => {
    const box = image.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  };
  const near = ([x, y]) => {
    const box = image.getBoundingClientRect();
    const far = (p) => Math.hypot((p.x - x) * box.width, (p.y - y) * box.height);
    const [best] = [...get("points")].sort((a, b) => far(a) - far(b));
    return best && far(best) < 28 ? best.name : null;
  };
  const send = () => {
    if (waiting || !next) return;
    model.send({ do: "drag", ...next });
    waiting = true;
    next = null;
  };
  image.addEventListener("pointermove", (event) => {
    if (held === null) {
      image.style.cursor = near(place(event)) === null ? "" : "grab";
      return;
    }
    const [x, y] = place(event);
    next = { name: held, x, y };
    send();
  });
  image.addEventListener("pointerdown", (event) => {
    held = near(place(event));
    waiting = false; // a kernel that was lost never answered
    if (held === null) return;
    image.setPointerCapture(event.pointerId);
    image.style.cursor = "grabbing";
    event.preventDefault();
  });
  for (const end of ["pointerup", "pointercancel"])
    image.addEventListener(end, () => {
      held = null;
      waiting = false; // where it was let go is sent at once, before whatever is done next
      send();
    });

  model.on("change:number", () => {
    draw();
    waiting = false;
    send();
  });
  model.on("change:story", () => {
    recount();
    announce();
  });
  recount();
  draw();
}

export default { render };
