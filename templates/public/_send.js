(function () {
  var WAITS = [1, 2, 5, 10], notice = document.getElementById("notice"), geo = navigator.geolocation,
    busy, waiting, timer, pressed, watch, best, tries = 0;

  function say(text, calls) {
    notice.hidden = !text;
    notice.textContent = text;
    if (calls) notice.appendChild(document.querySelector(".hotlines ul").cloneNode(true));
  }
  function show(text) {
    var page = new DOMParser().parseFromString(text.slice(text.indexOf("<body")), "text/html"), main = page.querySelector("main"),
      tongues = page.getElementById("languages"), first;
    if (!main) throw 0;
    document.querySelector("main").replaceWith(main);
    if (tongues) document.getElementById("languages").replaceWith(tongues);
    begin();
    scrollTo(0, 0);
    first = main.querySelector("[autofocus]") || main.querySelector("[tabindex]");
    if (first) first.focus();
  }
  // Only this way a browser says how much of a file has left.
  function upload(url, body) {
    return new Promise(function (done, failed) {
      var line = new XMLHttpRequest();
      line.upload.onprogress = function (sent) {
        if (sent.lengthComputable) say(notice.dataset.sending + " " + Math.floor(sent.loaded / sent.total * 20) * 5 + " %");
      };
      line.onload = function () { done(new Response(line.responseText, {status: line.status})); };
      line.onerror = line.onabort = failed;
      line.open("POST", url);
      line.send(body);
    });
  }
  function post(url, body) {
    if (body instanceof FormData) return upload(url, body);
    // Who presses and leaves at once has pressed; browsers refuse to do that with 64 kB and more.
    var short = String(body).length < 5e4;
    return fetch(url, {method: "POST", body: body, credentials: "omit", cache: "no-store", keepalive: short});
  }
  // A press carries the page's key: sent again, it is the same report.
  function send(url, body) {
    clearTimeout(timer);
    busy = true;
    waiting = null;
    if (!tries) say(notice.dataset.sending);
    post(url, body).then(function (answer) {
      return answer.text().then(function (text) {
        show(text);
        if (answer.status > 499) throw 0;
        tries = 0;
        say("");
      });
    }).catch(function () {
      var again = body.has("key");
      say(again ? notice.dataset.again : notice.dataset.failed, true);
      if (!again) return;
      waiting = function () { send(url, body); };
      timer = setTimeout(waiting, WAITS[Math.min(tries++, 3)] * 1000);
    }).then(function () { busy = false; });
  }
  addEventListener("online", function () { if (waiting) waiting(); });
  addEventListener("click", function (event) { pressed = event.target.closest("button"); });
  addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || pressed, file = form.querySelector("[type=file]"), body;
    if (!form.closest("main") || !window.fetch) return;
    try {
      body = new URLSearchParams();
      if (file && file.files.length) body = new FormData(form);
      else new FormData(form).forEach(function (value, name) { if (name !== "file") body.append(name, value); });
    } catch (tooOld) { return; }
    event.preventDefault();
    if (busy) return;
    if (button && button.name && button.form === form) body.append(button.name, button.value);
    if (form.id === "pin") stop();
    send(form.action, body);
  });

  function stop() {
    var line = document.getElementById("locating");
    if (watch) geo.clearWatch(watch);
    watch = 0;
    if (line) line.hidden = true;
  }
  function got(fix) {
    if (watch && fix.coords.accuracy < best * 0.8) report(fix, best = fix.coords.accuracy);
  }
  function report(fix, accuracy) {
    var body = new URLSearchParams(), token = document.querySelector("main [name=token]"), at = fix.coords;
    body.append("token", token.value);
    body.append("latitude", at.latitude);
    body.append("longitude", at.longitude);
    body.append("accuracy", accuracy);
    body.append("captured_at", fix.timestamp);
    post(document.querySelector("main").dataset.locate, body).then(function (answer) {
      if (answer.status > 499) throw 0;
      return answer.status === 200 && answer.json().then(function (place) {
        for (var id in place) document.getElementById(id).innerHTML = place[id];
        var ask = document.getElementById("ask");
        if (!ask.contains(document.activeElement)) ask.open = false;
      });
    }).catch(function () {
      setTimeout(function () { if (accuracy === best) report(fix, accuracy); }, 3000);
    });
  }
  // Asked for only after a press, and for half a minute; the page never waits for it.
  function locate() {
    var line = document.getElementById("locating");
    best = Infinity;
    line.hidden = false;
    line.querySelector("button").onclick = function () { best = 0; stop(); };
    watch = geo.watchPosition(got, function (why) { if (why.code === 1) stop(); }, {enableHighAccuracy: true});
    geo.getCurrentPosition(got, function () {}, {maximumAge: 600000, timeout: 10000});
    setTimeout(stop, 30000);
  }
  function begin() {
    if (geo && document.querySelector("main[data-locate]")) locate();
    // Parts whose script is fetched only when their first button is pressed.
    [].forEach.call(document.querySelectorAll("main [data-script]"), function (part) {
      if (part.id === "share" && !geo) return;
      part.hidden = false;
      part.querySelector("button").onclick = function () {
        var script = document.createElement("script");
        script.src = part.dataset.script;
        document.head.appendChild(script);
      };
    });
  }
  begin();
})();
