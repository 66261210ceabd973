/* A portable custom interaction (1EdTech PCI 1.0): a list of labels becomes a group of switches; the response is the identifiers that are on.
 * It knows nothing of which are right. */
define(["qtiCustomInteractionContext"], function (context) {
	"use strict";

	function Switches(dom, config, state) {
		var before = (state && state.on) || ((config.boundTo && config.boundTo[config.responseIdentifier]) || {}).list;
		this.dom = dom;
		this.config = config;
		this.boxes = [];
		this.build(Array.isArray(before) ? before : (before && before.identifier) || []);
		if (config.onready) config.onready(this, state);
	}

	Switches.prototype.build = function (on) {
		var self = this;
		this.dom.setAttribute("role", "group");
		Array.prototype.forEach.call(this.dom.querySelectorAll("li[data-switch]"), function (row) {
			var box = document.createElement("input"), label = document.createElement("label");
			box.type = "checkbox";
			box.setAttribute("role", "switch");
			box.value = row.getAttribute("data-switch");
			box.checked = on.indexOf(box.value) >= 0;
			while (row.firstChild) label.appendChild(row.firstChild);
			label.insertBefore(box, label.firstChild);
			row.appendChild(label);
			self.boxes.push(box);
		});
	};

	Switches.prototype.on = function () {
		return this.boxes.filter(function (b) { return b.checked; }).map(function (b) { return b.value; });
	};

	Switches.prototype.getResponse = function () {
		var on = this.on();
		return on.length ? { list: { identifier: on } } : { base: null };
	};

	Switches.prototype.getState = function () {
		return { on: this.on() };
	};

	Switches.prototype.checkValidity = function () {
		return true;
	};

	Switches.prototype.getCustomValidity = function () {
		return "";
	};

	Switches.prototype.oncompleted = function () {
		this.boxes.forEach(function (b) { b.disabled = true; });
	};

	context.register({
		typeIdentifier: "https://bangvang.vn/qti/pci/switches",
		getInstance: function (dom, config, state) {
			return new Switches(dom, config, state);
		}
	});
});
