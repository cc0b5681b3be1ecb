// @ts-check
/** A button that asks before it does what cannot be undone. */
"use strict";

// eslint-disable-next-line no-var
var boussoleAsking = (function () {
  const { fr, make, fill, unseen } = boussoleShowing;

  /** @param {string} words @param {string} about @param {() => void} act */
  function button(words, about, act) {
    return make("button", { type: "button", onclick: act }, words, unseen(" : " + about));
  }

  /** Ask in the place of the button itself. @param {string} words @param {string} about @param {string} confirm @param {() => void} act */
  function asking(words, about, confirm, act) {
    const place = make("span", { className: "boussole-buttons" });
    const ask = () => {
      const sure = button(confirm, about, act);
      fill(place, [sure, button("Garder", about, back)]);
      sure.focus();
    };
    const first = button(fr(words), about, ask);
    const back = () => {
      fill(place, [first]);
      first.focus();
    };
    place.append(first);
    return place;
  }

  return { button, asking };
})();
