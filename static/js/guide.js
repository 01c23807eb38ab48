// Shows a guide one step at a time. The ways on are links to the steps, so the browser's own Back
// and Forward work; the way taken stays in this page unless the reader presses Save.

for (const guide of document.querySelectorAll("[data-guide]")) {
  const steps = [...guide.querySelectorAll("[data-step]")];
  const field = guide.querySelector("[data-guide-way]");
  const way = [];

  const show = (step, focus) => {
    for (const other of steps) other.classList.toggle("is-current", other === step);
    const known = way.lastIndexOf(step.dataset.step);
    // Going back takes the later steps off the way; a loop that comes round again adds to it.
    if (known >= 0 && known === way.length - 2) way.pop();
    else if (way.at(-1) !== step.dataset.step) way.push(step.dataset.step);
    if (field) field.value = way.join(" ");
    if (focus) step.focus();
  };

  const follow = (focus) => {
    const wanted = steps.find((step) => `#${step.id}` === location.hash);
    if (wanted || focus) show(wanted ?? steps[0], focus && Boolean(wanted));
  };

  if (!steps.length) continue;
  guide.classList.add("is-stepwise");
  show(steps.find((step) => `#${step.id}` === location.hash) ?? steps[0], false);
  addEventListener("hashchange", () => follow(true));
}
