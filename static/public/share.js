/* Says where the phone is while the page stays open. Loaded when somebody presses for it; nothing is stored. */
(function () {
  "use strict";
  // Milliseconds and metres: how often it is sent, however far the phone moves, and when a phone that lies still is asked.
  var EVERY = 20000, SOONEST = 5000, FAR = 25, QUIET = 60000, AGAIN = 5000, STALL = 15000, MOST_KEPT = 180,
    EXACT = {enableHighAccuracy: true, maximumAge: 0, timeout: 20000},
    // A phone that was just asked, and has not moved since, measures nothing new for us.
    KNOWN = {enableHighAccuracy: true, maximumAge: 60000, timeout: 20000},
    geo = navigator.geolocation, words, box, line, stopping, more, token, ends, watch, clock, last, lastAt, newest, busy, isOffline, kept = [];

  if (window.shareWhere) return void window.shareWhere();
  window.shareWhere = start;

  function section() {
    return document.getElementById("share");
  }
  function say(text) {
    if (section()) section().querySelector("[role=status]").textContent = text || "";
  }
  function body(fields) {
    var form = new URLSearchParams();
    for (var name in fields) form.append(name, fields[name]);
    return form;
  }
  function ask(address, fields) {
    var line = window.AbortController && new AbortController();
    return new Promise(function (done, failed) {
      // A line may take it and never answer; the next point must not wait for that.
      setTimeout(function () {
        failed();
        if (line) line.abort();
      }, STALL);
      fetch(address, {
        method: "POST", body: body(fields), credentials: "omit", cache: "no-store", keepalive: true, signal: line ? line.signal : undefined
      }).then(function (answer) {
        if (answer.status === 204) return {};
        if (answer.status !== 200) throw 0;
        return answer.json();
      }).then(done, failed);
    });
  }

  // The phone asks the person first. Before they allow it, nothing is begun.
  function start() {
    var receipt = document.querySelector("main [name=token]").value;
    if (clock || busy) return;
    words = section().dataset;
    busy = true;
    say(words.asking);
    geo.getCurrentPosition(function (fix) {
      ask(words.start, {token: receipt}).then(function (said) {
        busy = false;
        if (said.token) begin(said, fix);
        else say(words[said.over]);
      }).catch(function () {
        busy = false;
        say(words.failed);
      });
    }, function (why) {
      busy = false;
      say(why.code === 1 ? words.denied : words.unknown);
    }, KNOWN);
  }
  function begin(said, fix) {
    token = said.token;
    kept = [];
    last = newest = null;
    isOffline = false;
    say("");
    draw();
    left(said);
    got(fix);
    watch = geo.watchPosition(got, function () {}, EXACT);
    clock = setInterval(tick, 1000);
    tick();
    stopping.focus();
  }
  function button(text, press, look) {
    var made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.className = look;
    made.onclick = press;
    box.appendChild(made);
    return made;
  }
  // Below the bar with the way out, and like it always in view where there is room.
  function draw() {
    var bar = document.querySelector(".bar");
    box = document.createElement("section");
    box.id = "sharing";
    box.style.cssText = "z-index:1500;margin:0 -16px;padding:8px 16px;background:var(--raised);border-bottom:1px solid var(--line)";
    if (innerHeight > 500) {
      box.style.position = "sticky";
      box.style.top = bar.offsetHeight + "px";
    }
    line = document.createElement("p");
    line.style.margin = "0 0 8px";
    line.setAttribute("role", "status");
    box.appendChild(line);
    stopping = button(words.sayStop, stop, "");
    more = button(words.sayLonger, longer, "link");
    bar.parentNode.insertBefore(box, bar.nextSibling);
  }
  function left(said) {
    if (said.seconds === undefined) return;
    ends = Date.now() + said.seconds * 1000;
    more.hidden = !said.longer;
  }
  function tick() {
    var minutes = Math.ceil((ends - Date.now()) / 60000), text;
    if (minutes < 1) return finish(words.over);
    if (section()) section().hidden = true; // also of a page that came meanwhile
    text = words.left.replace("{n}", minutes) + (isOffline ? " " + words.offline : "");
    if (line.textContent !== text) line.textContent = text;
    offer();
    if (Date.now() - lastAt > QUIET) {
      lastAt += QUIET / 2;
      geo.getCurrentPosition(got, function () {}, KNOWN);
    }
  }

  function metres(one, other) {
    var north = (one.latitude - other.latitude) * 111000,
      east = (one.longitude - other.longitude) * 111000 * Math.cos(one.latitude * Math.PI / 180);
    return Math.sqrt(north * north + east * east);
  }
  function got(fix) {
    var now = Date.now(), age = now - fix.timestamp; // by one clock, which some phones count from another year
    newest = {at: fix.coords, measured: age > 0 && age <= KNOWN.maximumAge ? now - age : now};
    offer();
  }
  // What comes too soon waits its turn: a phone that stands still does not measure it again.
  function offer() {
    var since = last ? Date.now() - lastAt : EVERY;
    if (!newest || !token || since < SOONEST || (since < EVERY && metres(last, newest.at) < FAR)) return;
    last = newest.at;
    lastAt = Date.now();
    kept.push(newest);
    newest = null;
    if (kept.length > MOST_KEPT) kept.shift();
    send();
  }
  // One after the other, the oldest first. What has no connection waits here, in memory.
  function send() {
    var point = kept[0], mine = token;
    if (busy || !point || !mine) return;
    busy = true;
    ask(words.point, {
      token: mine, latitude: point.at.latitude, longitude: point.at.longitude, accuracy: point.at.accuracy,
      age: Date.now() - point.measured
    }).then(function (said) {
      busy = isOffline = false;
      if (mine !== token) return;
      if (kept[0] === point) kept.shift();
      if (said.over) {
        if (clock) finish(words[said.over]);
        token = "";
        return;
      }
      if (clock) left(said);
      send();
    }).catch(function () {
      busy = false;
      isOffline = true;
      setTimeout(send, AGAIN);
    });
  }
  addEventListener("online", send);

  function longer() {
    ask(words.longer, {token: token}).then(function (said) {
      if (said.over) finish(words[said.over]);
      else left(said);
    }).catch(function () { isOffline = true; });
  }
  // Where the phone was before the end is still sent when it could not be before.
  function finish(text) {
    geo.clearWatch(watch);
    clearInterval(clock);
    clock = 0;
    box.remove();
    if (!section()) return;
    section().hidden = false;
    section().querySelector("button").focus();
    say(text);
  }
  function stop() {
    var mine = token;
    token = "";
    kept = [];
    finish(words.stopped);
    tell(mine);
  }
  function tell(mine) {
    ask(words.stop, {token: mine}).catch(function () { setTimeout(tell, AGAIN, mine); });
  }
  // Also the quick way out leads through here. Where it does not get through, the time ends it.
  addEventListener("pagehide", function () {
    if (token && navigator.sendBeacon) navigator.sendBeacon(words.stop, body({token: token}));
  });

  start();
})();
