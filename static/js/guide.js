// Shows a guide one step at a time. The ways on stay links to the steps, so the browser's own Back
// and Forward work and nothing is lost by them. The way taken lives in this page's memory alone,
// until the reader presses "Keep".

const ways = new Map(); // guide's id → [{ step, chose }], the last one being shown
const moments = new Map(); // number in history.state → what `ways` was then
let pressed = ""; // words of the way on that was taken just now
let returning = false; // the page's own Back was pressed

const guides = () => document.querySelectorAll("[data-guide]");
const stepsOf = (guide) => [...guide.querySelectorAll("[data-step]")];
const stepAt = (hash) => document.getElementById(hash.slice(1))?.closest("[data-step]");
const words = (element) => element.textContent.replace(/\s+/g, " ").trim();

function note(number) {
  moments.set(number, new Map([...ways].map(([id, way]) => [id, way.map((at) => ({ ...at }))])));
  history.replaceState({ ...history.state, guide: number }, "");
}

function draw(guide) {
  const way = ways.get(guide.id);
  for (const step of stepsOf(guide))
    step.classList.toggle("is-current", step.dataset.step === way.at(-1).step);
  guide.querySelector("[data-guide-back]").hidden = way.length < 2;
}

function begin(guide) {
  const steps = stepsOf(guide);
  if (!steps.length) return;
  if (!ways.has(guide.id)) {
    const step = stepAt(location.hash);
    ways.set(guide.id, [{ step: (steps.includes(step) ? step : steps[0]).dataset.step }]);
  }
  guide.classList.add("is-stepwise");
  draw(guide);
}

addEventListener("hashchange", () => {
  const step = stepAt(location.hash);
  const known = moments.get(history.state?.guide);
  if (returning) {
    note(Math.max(...moments.keys()) + 1);
  } else if (known) {
    for (const [id, way] of known) ways.set(id, way.map((at) => ({ ...at })));
  } else if (step) {
    const way = ways.get(step.closest("[data-guide]").id);
    // A number without its moment is from before the page was loaded anew: what led there is gone.
    if (history.state?.guide) way.length = 0;
    else way.at(-1).chose = pressed;
    way.push({ step: step.dataset.step });
    note(Math.max(...moments.keys()) + 1);
  }
  pressed = "";
  returning = false;
  guides().forEach(draw);
  step?.focus();
});

document.addEventListener(
  "click",
  (event) => {
    const target = event.target.closest("a.guide__way, [data-guide-back], [data-guide-keep]");
    if (!target) return;
    if (target.matches("a")) pressed = words(target);
    else if ("guideBack" in target.dataset) goBack(target.closest("[data-guide]"));
    else carry(target.closest("[data-guide]"));
  },
  true, // before the form is sent
);

// One step back, wherever else in the page one has been meanwhile.
function goBack(guide) {
  const way = ways.get(guide.id);
  way.pop();
  delete way.at(-1).chose;
  returning = true;
  location.hash = guide.querySelector(`[data-step="${way.at(-1).step}"]`).id;
}

// Puts the way into the form for this one sending.
function carry(guide) {
  const fields = ways.get(guide.id).map(({ step, chose }) => {
    const text = guide.querySelector(`[data-step="${step}"] .guide__text`);
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "way", value: words(text) });
    if (chose) field.value += ` → ${chose}`;
    return field;
  });
  guide.append(...fields);
  const drop = () => fields.forEach((field) => field.remove());
  document.addEventListener("htmx:afterRequest", drop, { once: true });
}

guides().forEach(begin);
note(history.state?.guide ?? 0);
document.addEventListener("htmx:load", () => guides().forEach(begin));
