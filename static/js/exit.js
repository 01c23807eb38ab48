// Leaving quickly: the button, or Shift three times. The page is emptied first, because the way
// out may take a second on a bad network, and a second is long with someone at one's shoulder.
// Without this script the button is a plain link to the same address.
(() => {
  "use strict";
  const PRESSES = 3;
  const PAUSE = 3000; // ms between two presses before they are forgotten
  const link = document.getElementById("exit");
  const status = document.getElementById("exit-status");
  if (!link || !status) return;

  let leaving = false;
  const leave = () => {
    leaving = true;
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    document.title = "…";
    document.body.replaceChildren(said);
    said.textContent = link.dataset.leaving;
    // Not a new entry: Back must not lead to this page again.
    location.replace(link.href);
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });

  // Nobody is asked "leave this page?" on the way out. This listener is the first, so it can keep
  // the others from asking.
  addEventListener("beforeunload", (event) => leaving && event.stopImmediatePropagation(), true);

  let presses = 0;
  let alone = false; // Shift went down and nothing else since: not a capital letter, not a shortcut
  let timer = 0;
  const forget = () => {
    if (presses) status.textContent = link.dataset.staying;
    presses = 0;
    clearTimeout(timer);
    timer = setTimeout(() => (status.textContent = ""), PAUSE);
  };
  addEventListener("keydown", (event) => {
    if (event.key === "Shift") alone = alone || !event.repeat;
    else {
      alone = false;
      if (presses) forget();
    }
  });
  addEventListener("pointerdown", () => {
    alone = false;
  });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    alone = false;
    presses += 1;
    if (presses === PRESSES) {
      leave();
      return;
    }
    status.textContent = presses === 1 ? link.dataset.twoMore : link.dataset.oneMore;
    clearTimeout(timer);
    timer = setTimeout(forget, PAUSE);
  });
})();
