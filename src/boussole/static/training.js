// @ts-check
/** The exercises of a training step: says aloud whether a choice is right, and counts first choices while the page is open.
 * Without it every choice still opens on its correction. Nothing is kept, nothing is sent. */
"use strict";

(function () {
  const boxes = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".boussole-exercise"));
  if (!boxes.length) return;
  const whole = document.createElement("p");
  boxes[boxes.length - 1].after(whole);
  let done = 0;
  let first = 0;

  boxes.forEach((box) => {
    const said = document.createElement("p");
    said.className = "boussole-said";
    said.setAttribute("role", "status");
    box.append(said);
    const tried = new Set();
    let isDone = false;
    box.querySelectorAll("details").forEach((choice) =>
      choice.addEventListener("toggle", () => {
        if (!choice.open || tried.has(choice)) return;
        tried.add(choice);
        const isRight = choice.hasAttribute("data-right");
        if (isRight && !isDone) {
          isDone = true;
          done += 1;
          first += tried.size === 1 ? 1 : 0;
        }
        said.textContent = isRight
          ? tried.size === 1
            ? "Exact, dès le premier choix."
            : "Exact, au choix numéro " + tried.size + "."
          : "Ce n’est pas cela. L’explication est sous votre choix\u202f; vous pouvez en essayer un autre.";
        whole.textContent = done
          ? done + (done < 2 ? " exercice réussi" : " exercices réussis") + " sur " + boxes.length + ", dont " + first + " dès le premier choix. Ce compte s’efface avec la page."
          : "";
      })
    );
  });
})();
