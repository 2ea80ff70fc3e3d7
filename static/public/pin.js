/* A map to mark a place on, loaded when somebody asks for it. Outlines are ours: nobody else hears of it. */
(function () {
  "use strict";
  var pin = document.getElementById("pin"), box = pin.querySelector(".map"), line = pin.querySelector("[role=status]"),
    buttons = pin.querySelectorAll("button"), THAILAND = [[5.6, 97.3], [20.5, 105.7]], STEP = 20, known = document.querySelector("#known [data-at]"), map, mark, districts;

  function loaded(element) {
    return new Promise(function (resolve, reject) {
      element.onload = resolve;
      element.onerror = reject;
      document.head.appendChild(element);
    });
  }
  function style(address) {
    return loaded(Object.assign(document.createElement("link"), {rel: "stylesheet", href: address}));
  }
  function script(address) {
    return window.L ? Promise.resolve() : loaded(Object.assign(document.createElement("script"), {src: address}));
  }
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function icon() {
    var drop = "M16 1C8 1 2 7 2 15c0 10 14 24 14 24s14-14 14-24C30 7 24 1 16 1z";
    var html = '<svg width="32" height="40" viewBox="0 0 32 40" aria-hidden="true"><path d="' + drop + '" fill="' + colour("--ink") +
      '" stroke="' + colour("--paper") + '" stroke-width="2"/><circle cx="16" cy="15" r="5" fill="' + colour("--paper") + '"/></svg>';
    return L.divIcon({className: "", html: html, iconSize: [32, 40], iconAnchor: [16, 39]});
  }
  function draw(areas) {
    var provinces = {type: "FeatureCollection", features: areas.features.filter(function (area) { return area.geometry.type !== "Point"; })};
    districts = areas.features.filter(function (area) { return area.geometry.type === "Point"; });
    map = L.map(box, {attributionControl: false, keyboard: false, maxZoom: 17, minZoom: 5});
    if (known) map.setView(known.dataset.at.split(","), 10);
    else map.fitBounds(THAILAND)
    if (pin.dataset.streets) L.tileLayer(pin.dataset.streets, {maxNativeZoom: +pin.dataset.streetsZoom}).addTo(map);
    L.geoJSON(provinces, {
      style: {color: colour("--edge"), weight: 1, fillColor: colour("--raised"), fillOpacity: pin.dataset.streets ? 0 : 1},
      interactive: false
    }).addTo(map);
    name(provinces.features.map(function (area) {
      return {name: area.properties.name, at: L.geoJSON(area).getBounds().getCenter()};
    }), 7, 9);
    name(districts.map(function (area) {
      var at = area.geometry.coordinates;
      return {name: area.properties.name, at: L.latLng(at[1], at[0])};
    }), 9, 18);
    map.on("click", function (event) { put(event.latlng); });
  }
  // Names of what is in view, while the zoom is from `least` up to `most`.
  function name(places, least, most) {
    var names = L.layerGroup().addTo(map);
    function again() {
      var zoom = map.getZoom(), view = map.getBounds();
      names.clearLayers();
      if (zoom < least || zoom >= most) return;
      places.forEach(function (place) {
        if (!view.contains(place.at)) return;
        names.addLayer(L.tooltip({permanent: true, direction: "center", className: "place-name", interactive: false}).setLatLng(place.at).setContent(document.createTextNode(place.name)));
      });
    }
    map.on("moveend", again);
    again();
  }
  function put(at) {
    if (!mark) {
      mark = L.marker(at, {icon: icon(), draggable: true, keyboard: false}).addTo(map);
      mark.on("dragend", function () { put(mark.getLatLng()); });
    }
    mark.setLatLng(at);
    pin.elements.latitude.value = at.lat.toFixed(6);
    pin.elements.longitude.value = at.wrap().lng.toFixed(6);
    buttons[1].hidden = false;
    tell(at);
  }
  function tell(at) {
    var nearest, least = Infinity;
    districts.forEach(function (area) {
      var metres = at.distanceTo([area.geometry.coordinates[1], area.geometry.coordinates[0]]);
      if (metres < least) { least = metres; nearest = area; }
    });
    line.textContent = nearest ? pin.dataset.near.replace("{name}", nearest.properties.name) : "";
  }
  function move(event) {
    var by = {ArrowUp: [0, -STEP], ArrowDown: [0, STEP], ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0]}[event.key], at;
    if (event.key === "+" || event.key === "=") map.zoomIn();
    else if (event.key === "-") map.zoomOut();
    else if (!by) return;
    event.preventDefault();
    if (!by) return;
    at = mark ? map.latLngToContainerPoint(mark.getLatLng()) : map.getSize().divideBy(2);
    put(map.containerPointToLatLng(at.add(by)));
    map.panInside(mark.getLatLng(), {padding: [60, 60]});
  }

  buttons[0].hidden = true;
  box.hidden = false;
  box.tabIndex = 0;
  box.addEventListener("keydown", move);
  var late = new Promise(function (_, failed) { setTimeout(failed, 15000); }); // a line may never answer
  Promise.race([late, Promise.all([style(pin.dataset.css), script(pin.dataset.leaflet), fetch(pin.dataset.areas, {credentials: "omit"}).then(function (answer) {
    return answer.ok ? answer.json() : Promise.reject();
  })])]).then(function (found) {
    draw(found[2]);
    box.focus();
  }).catch(function () {
    box.hidden = true;
    buttons[0].hidden = false;
    line.textContent = pin.dataset.failed;
  });
})();
