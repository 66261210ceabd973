// A line that goes on, drawn by uPlot: fetched only when somebody looks at the health of the server.
import uPlot from 'uplot';
import {formatNumber, formatTime} from '../../lib/words';

const HEIGHT = 160;

export interface LiveChart {
	set(times_s: readonly number[], values: readonly (number | null)[]): void;
	end(): void;
}

// Colours are asked for at each drawing: themes change while it is shown.
const colour = (name: string) => () => matchMedia('(forced-colors: active)').matches ? 'CanvasText' : getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export function liveChart(into: HTMLElement): LiveChart {
	const width = () => Math.max(160, into.clientWidth);
	const axis = {stroke: colour('--quiet'), grid: {stroke: colour('--line'), width: 1}, ticks: {show: false}, font: '14px sans-serif'};
	const plot = new uPlot({
		width: width(), height: HEIGHT, legend: {show: false}, cursor: {show: false},
		scales: {y: {range: (_, __, most) => [0, Math.max(1, most * 1.1)]}},
		axes: [
			{...axis, space: 90, incrs: [1, 2, 5, 10, 15, 30, 60, 120, 300], values: (_, at) => at.map(s => formatTime(s * 1000, true))},
			{...axis, size: 60, values: (_, at) => at.map(formatNumber)},
		],
		series: [{}, {stroke: colour('--link'), width: 2, points: {show: false}, spanGaps: false}],
	}, [[], []], into);
	const fit = new ResizeObserver(() => plot.setSize({width: width(), height: HEIGHT}));
	fit.observe(into);
	const themes = new MutationObserver(() => plot.redraw());
	themes.observe(document.documentElement, {attributeFilter: ['data-theme']});
	return {
		set(times_s, values) {
			plot.setData([[...times_s], [...values]]);
		},
		end() {
			fit.disconnect();
			themes.disconnect();
			plot.destroy();
		},
	};
}
