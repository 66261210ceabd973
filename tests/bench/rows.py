"""What one run of bangvang-load came to, as a flat row, and where rows go."""
import json, statistics


def row_of(report, operation, **more):
    o = report['operations'].get(operation, {'okPerSecond': 0, 'ok': 0, 'refused': 0, 'unknown': 0, 'p50Ms': 0, 'p99Ms': 0, 'p999Ms': 0})
    return {'perSecond': round(o['okPerSecond']), 'serverUs': round(report.get('serverUs', 0), 1), 'p50Ms': round(o['p50Ms'], 2), 'p99Ms': round(o['p99Ms'], 2),
            'p999Ms': round(o['p999Ms'], 2), 'idlePercent': round(report['idlePercent']), 'loadProcessors': round(report['ownProcessors'], 2),
            'peakMib': round(report.get('serverPeakKib', 0) / 1024), 'notAcknowledged': o['refused'] + o['unknown'] + report['protocolBroken']} | more


def median(rows):
    return {k: statistics.median_low([r[k] for r in rows]) if isinstance(v, (int, float)) and not isinstance(v, bool) else v for k, v in rows[0].items()}


def write(path, what):
    if path and path != '-':
        with open(path, 'w', encoding='utf-8') as f:
            json.dump(what, f, ensure_ascii=False, indent=1)
