// Covers a page that was left alone. What is typed stays in the page, hidden; the password uncovers
// it in place. The server locks by its own clock as well: this is for whoever looks at the screen.

const MINUTE = 60_000;
const TOUCHES = ["keydown", "input", "pointerdown", "pointermove", "scroll", "wheel", "touchmove"];

const cover = document.getElementById("cover");
const main = document.getElementById("main");
const form = cover.querySelector("form");
const field = form.elements.password;
const error = document.getElementById("cover-error");
const waiting = document.getElementById("cover-waiting");
const limit = Number(cover.dataset.minutes) * MINUTE; // 0: never by itself

// The other tabs of this browser hear it, too. On a shared device one may still show somebody else's
// page: whoever locks covers all of them, but opens only their own.
const tabs = new BroadcastChannel("alongside");
const who = form.elements.username.value;
const tell = (what) => tabs.postMessage({ what, who });

let touchedAt = Date.now();
let toldAt = Date.now();
let isUnder = false; // the next send is under way
let timer = 0;
let before = null; // where the person was: title and focus

const post = (address, body) =>
  fetch(address, {
    method: "POST",
    headers: { "Alongside-Page": "1" },
    body: new URLSearchParams(body),
    credentials: "same-origin",
    redirect: "error",
  });

function hide() {
  if (before) return;
  clearTimeout(timer);
  before = { title: document.title, focus: document.activeElement };
  main.hidden = true;
  cover.hidden = false;
  document.title = cover.dataset.title;
  document.getElementById("cover-title").focus();
}

function show() {
  if (!before) return;
  cover.hidden = true;
  main.hidden = false;
  document.title = before.title;
  if (main.contains(before.focus)) before.focus.focus();
  before = null;
  touchedAt = toldAt = Date.now();
  wait();
  // What is unsaved goes out now, as it does when the network returns (autosave.js).
  dispatchEvent(new Event("online"));
}

function wait() {
  clearTimeout(timer);
  if (limit && !before) timer = setTimeout(look, Math.max(touchedAt + limit - Date.now(), 0));
}

// What the server has to say on a cover: that this device waits to open the journal.
async function sayWhatWaits(response) {
  const isText = response.headers.get("Content-Type")?.startsWith("text/plain");
  waiting.textContent = response.status === 423 && isText ? await response.text() : "";
  waiting.hidden = !waiting.textContent;
}

// A timer sleeps with the device; the clock doesn't.
function look() {
  if (before || !limit) return;
  if (Date.now() - touchedAt < limit) {
    wait();
    return;
  }
  hide();
  tell("locked");
  post(cover.dataset.touch, { lock: "1" })
    .then(sayWhatWaits)
    .catch(() => {}); // the server's own clock does it too
}

function touched() {
  if (before) return;
  look();
  if (before) return;
  const now = Date.now();
  touchedAt = now;
  if (now - toldAt >= MINUTE) tellTheServer();
}

function tellTheServer() {
  toldAt = Date.now();
  tell("touched");
  post(cover.dataset.touch, {})
    .then((response) => {
      if (response.status === 423 || response.status === 401) hide();
      return sayWhatWaits(response);
    })
    .catch(() => {}); // a dead network locks nobody out
}

for (const name of TOUCHES) addEventListener(name, touched, { capture: true, passive: true });
for (const name of ["focus", "pageshow"]) addEventListener(name, look);
document.addEventListener("visibilitychange", look);

tabs.addEventListener("message", ({ data }) => {
  if (data.what === "locked") hide();
  else if (data.who !== who) return;
  else if (data.what === "open") show();
  else touchedAt = toldAt = Date.now();
});

addEventListener("leaving", () => tell("locked"));

// A save that meets a locked journal, or nobody signed in, or somebody else.
document.addEventListener("htmx:afterRequest", (event) => {
  if ([401, 403, 423].includes(event.detail.xhr.status)) hide();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (isUnder) return;
  isUnder = true;
  error.textContent = "";
  try {
    const response = await post(form.action, new FormData(form));
    if (response.status === 204) {
      show();
      tell("open");
    } else {
      error.textContent = (await response.text()) || cover.dataset.unreachable;
    }
  } catch {
    error.textContent = cover.dataset.unreachable;
  }
  isUnder = false;
  field.value = "";
  if (before) field.focus();
});

wait();
