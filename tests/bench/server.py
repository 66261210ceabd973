#!/usr/bin/env python3
"""What bangvangd stands, beside what it should: on a temporary ledger, with the generator on the same machine, the median of some runs. Each kind of
saves is measured beside a route that does nothing, and beside the same requests with a handler that does nothing (tests/bench/idle_httpd.c). What was
acknowledged is checked after each row. Decides nothing.

    tools/bench server                 all rows, and what they came to as build-bench/server.json
    BV_BUILD=build-bench tests/bench/server.py [--rows NAME,…] [--seconds S] [--repeat N] [--json FILE] [--markdown]
    tools/campaign/country, tools/campaign/soak                 the long ones"""
import argparse, os, shutil, sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import deployment
from deployment import Hall, Server
from rows import median, row_of, write

# What a row should come to: {measure: (least, most)}.
BARS = {
    'sqlite': {'perSecond': (40000, None), 'serverUs': (None, 25), 'ofNothing': (0.6, None)},
    'sqlite1000': {'perSecond': (25000, None)},
    'pgsql': {'perSecond': (25000, None)},
    'steady': {'perSecond': (9900, None), 'p99Ms': (None, 10)},
    'proxy': {'perSecond': (9900, None), 'p99Ms': (None, 10)},
    'signedin': {'peakMib': (None, 1024)},
    'rush': {'p99Ms': (None, 500)},
}
UNITS = {'perSecond': '/s', 'serverUs': ' µs', 'p99Ms': ' ms', 'peakMib': ' MiB', 'ofNothing': ''}


def verdicts(name, row):
    out = {}
    for measure, (least, most) in BARS.get(name, {}).items():
        met = (least is None or row[measure] >= least) and (most is None or row[measure] <= most)
        out[measure] = {'bar': f'{"≥" if least is not None else "≤"} {least if least is not None else most}{UNITS[measure]}', 'met': met}
    return out


class Table:
    def __init__(self, o):
        self.o, self.rows = o, []
        print(f'{"":58} {"ok/s":>8} {"µs each":>7} {"p50 ms":>8} {"p99":>8} {"p99.9":>8} {"idle%":>5} {"load":>5} {"MiB":>6}')

    def say(self, name, what, row, whole=True):
        row = row | {'row': name, 'what': what, 'whole': whole, 'bars': verdicts(name, row)}
        self.rows.append(row)
        notes = [f'{b["bar"]}: {"met" if b["met"] else "NOT MET"}' for b in row['bars'].values()]
        notes += [f'{row["ofNothing"]:.2f} of doing nothing'] if 'ofNothing' in row else []
        notes += [row['note']] if 'note' in row else []
        notes += [f'{row["notAcknowledged"]} not acknowledged'] * bool(row['notAcknowledged']) + ['THE LEDGER IS NOT WHOLE'] * (not whole)
        print(f'{what:58} {row["perSecond"]:8} {row["serverUs"]:7} {row["p50Ms"]:8} {row["p99Ms"]:8} {row["p999Ms"]:8} {row["idlePercent"]:5} '
              f'{row["loadProcessors"]:5} {row["peakMib"]:6}  {"; ".join(notes)}'.rstrip(), flush=True)
        write(self.o.json, {'processors': os.cpu_count(), 'threads': self.o.threads, 'seconds': self.o.seconds, 'repeat': self.o.repeat, 'rows': self.rows})
        return row

    def markdown(self):
        print('\n| | acknowledged/s | server µs each | p99 ms | memory MiB | bars |\n|---|---:|---:|---:|---:|---|')
        for r in self.rows:
            bars = '; '.join(f'{b["bar"]}{"" if b["met"] else " (not met)"}' for b in r['bars'].values())
            print(f'| {r["what"]} | {r["perSecond"]:,} | {r["serverUs"]} | {r["p99Ms"]} | {r["peakMib"]} | {bars} |')


def saves(t, name, what, connections, pgsql=False):
    """The closed loop: as many as there can be."""
    o = t.o
    nothing = Server(connections, program=deployment.IDLE)
    args = ('--connections', connections, '--duration', o.seconds)
    route = median([row_of(nothing.load(*args, path='/healthz', sessions=False), 'get') for _ in range(o.repeat)])
    idle = median([row_of(nothing.load(*args, '--nothing'), 'save') for _ in range(o.repeat)])
    nothing.stop()
    t.say(f'{name}Route', f'a route that does nothing, {connections:,} connections', route)
    t.say(f'{name}Nothing', f'saves with a handler that does nothing, {connections:,}', idle)
    server = Server(connections, pgsql)
    row = median([row_of(server.load(*args), 'save') for _ in range(o.repeat)])
    t.say(name, f'{what}, {connections:,} connections', row | {'ofNothing': round(row['perSecond'] / max(1, idle['perSecond']), 2)}, server.stop())


def row_sqlite(t):
    saves(t, 'sqlite', 'saves on SQLite', 64)


def row_sqlite1000(t):
    saves(t, 'sqlite1000', 'saves on SQLite', 1000)


def row_pgsql(t):
    if not os.path.isdir('/usr/lib/postgresql'):
        print('saves on PostgreSQL: there is none here')
        return
    saves(t, 'pgsql', 'saves on PostgreSQL', 64, True)


def row_steady(t):
    server = Server(1000)
    row = median([row_of(server.load('--connections', 1000, '--rate', 10000, '--duration', t.o.seconds), 'save') for _ in range(t.o.repeat)])
    t.say('steady', 'a steady 10,000 a second, 1,000 connections', row, server.stop())


def row_proxy(t):
    """Candidates keep their connections to the proxy; it has some dozens to the server."""
    if not shutil.which('haproxy'):
        print('through HAProxy: apt-get install haproxy')
        return
    count = min(8000, deployment.allow_files() // 2 - 500)
    server = Server(count)
    url = server.put_proxy(count)
    args = ('--connections', count, '--insecure', '--rate', 10000, '--duration', t.o.seconds, '--open-first', '--warmup', 3)
    row = row_of(server.load(*args, url=url), 'save')
    t.say('proxy', f'the same through HAProxy with TLS, {count:,} candidates\' connections', row, server.stop())


def row_signedin(t):
    server = Server(t.o.candidates * 10)
    report = server.load('--connections', 64, '--duration', 600, '--warmup', 0, '--saves', 1)
    t.say('signedin', f'{t.o.candidates * 10:,} candidates, each signed in, with an answer', row_of(report, 'save'), server.stop())


def row_rush(t):
    """10,000 in 60 s are 167 a second; a shorter run has fewer. Real papers: each candidate signs in, fetches what is sealed, takes the lease, starts, reads
    his paper, and answers three items; then all answers are read back."""
    count = round(t.o.candidates * t.o.rush_seconds / 60)
    hall = Hall(count)
    report = hall.load('--rush', count, '--within', t.o.rush_seconds, '--connections', 1000, '--think', '500-5000', '--check', '--duration', t.o.rush_seconds + 30)
    steps = ('sign-in', 'sealed', 'start', 'lease', 'begin', 'paper', 'save')
    slowest = max(steps, key=lambda k: report['operations'].get(k, {'p99Ms': 1e9})['p99Ms'])
    short = [k for k in steps if report['operations'].get(k, {'ok': 0})['ok'] < count]
    note = f'the slowest step is {slowest}; {report["readBackAnswers"]} answers read back, {report["wrong"]} wrong; papers made in {hall.prepared_s:.0f} s'
    t.say('rush', f'{count:,} sign in and start within {t.o.rush_seconds} s', row_of(report, slowest, note=note), hall.stop() and not short and not report['wrong'])


ROWS = {n[4:]: f for n, f in globals().items() if n.startswith('row_') and f is not row_of}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--seconds', type=int, default=5, help='of each run (5)')
    p.add_argument('--repeat', type=int, default=3, help='runs of a row, whose median is printed (3)')
    p.add_argument('--candidates', type=int, default=10000, help='that begin within a minute; ten times as many are signed in (10000)')
    p.add_argument('--rush-seconds', type=int, default=60, help='of the row rush (60)')
    p.add_argument('--threads', type=int, default=1, help='event threads of the server (1)')
    p.add_argument('--rows', default=','.join(ROWS), help=f'of {", ".join(ROWS)}')
    p.add_argument('--json', help='write what was measured to this file')
    p.add_argument('--markdown', action='store_true', help='print the table of README.md at the end')
    o = p.parse_args()
    unknown = [n for n in o.rows.split(',') if n not in ROWS]
    if unknown:
        p.error(f'there is no row {unknown[0]}; there are {", ".join(ROWS)}')
    deployment.THREADS = o.threads
    table = Table(o)
    for name in o.rows.split(','):
        ROWS[name](table)
    if o.markdown:
        table.markdown()


if __name__ == '__main__':
    main()
