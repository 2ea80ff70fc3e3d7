(function () {
  var exit = document.getElementById("exit"), key = "", times = 0, last = 0;
  function leave(event) {
    event.preventDefault();
    document.documentElement.style.display = "none";
    document.title = "";
    location.replace(exit.href);
  }
  exit.addEventListener("click", leave);
  addEventListener("keydown", function (event) {
    if (event.repeat) return;
    times = event.key === key && event.timeStamp - last < 2000 ? times + 1 : 1;
    key = event.key;
    last = event.timeStamp;
    if ((key === "Shift" && times > 2) || (key === "Escape" && times > 1)) leave(event);
  }, true);
})();
