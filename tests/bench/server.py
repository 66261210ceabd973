#!/usr/bin/env python3
"""What bangvangd stands: the table of doc/load.md, on a temporary ledger, with the generator on the same machine. Each row beside a route that does
nothing, asked over as many connections in the same run. Decides nothing, but what was acknowledged is checked after each row.

    BV_BUILD=build-bench tests/bench/server.py [--seconds S] [--attempts N] [--candidates N] [--rows NAME,…]"""
import argparse, importlib.machinery, importlib.util, json, os, resource, shutil, signal, subprocess, sys, tempfile, time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
# The campaign knows how to start a PostgreSQL of its own.
loader = importlib.machinery.SourceFileLoader('kill_server', f'{ROOT}/tools/campaign/kill-server')
kill_server = importlib.util.module_from_spec(importlib.util.spec_from_loader('kill_server', loader))
loader.exec_module(kill_server)
TOOLS, free_port = kill_server.TOOLS, kill_server.free_port


class Server:
    def __init__(self, attempts, pgsql=False, threads=1, connections=10000):
        self.folder = tempfile.mkdtemp(prefix='bv-bench-server-')
        self.cluster = kill_server.Cluster(self.folder) if pgsql else None
        self.ledger = self.cluster.url if pgsql else f'sqlite:{self.folder}/ledger.db'
        port = free_port()
        self.url = f'http://127.0.0.1:{port}'
        config = {'listen': f'127.0.0.1:{port}', 'db': f'sqlite:{self.folder}/bangvang.db', 'ledger': self.ledger, 'ledger_key': f'{self.folder}/key/key.pem',
                  'threads': threads, 'connections': connections} | {f'rate_{r}': '1000000/s burst 10000000' for r in ('page', 'api', 'save')}
        with open(f'{self.folder}/conf', 'w', encoding='utf-8') as f:
            f.writelines(f'{k} = {v}\n' for k, v in config.items())
        subprocess.run([TOOLS['bangvang'], 'key', 'new', '--out', f'{self.folder}/key'], check=True, stdout=subprocess.DEVNULL)
        began = time.monotonic()
        with open(f'{self.folder}/sessions', 'wb') as f:
            subprocess.run([TOOLS['open_exam'], self.ledger, f'{self.folder}/key/key.pem', config['db'], str(attempts), '40', '600'], check=True, stdout=f)
        self.prepared_s = time.monotonic() - began
        began = time.monotonic()
        self.process = subprocess.Popen([TOOLS['bangvangd'], '--config', f'{self.folder}/conf'], stderr=open(f'{self.folder}/log', 'wb'))
        while b'event=ready' not in open(f'{self.folder}/log', 'rb').read():
            if self.process.poll() is not None:
                raise SystemExit(open(f'{self.folder}/log', encoding='utf-8').read())
            time.sleep(0.05)
        self.started_s = time.monotonic() - began

    def load(self, *options, path='', sessions=True):
        out = subprocess.run([TOOLS['load'], '--json', '--pid', str(self.process.pid), *(['--sessions', f'{self.folder}/sessions'] if sessions else []),
                              *map(str, options), self.url + path], stdout=subprocess.PIPE, text=True)
        return json.loads(out.stdout)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()
        audit = subprocess.run([TOOLS['bangvang'], 'audit', 'ledger', '--db', self.ledger], stdout=subprocess.PIPE, text=True)
        if self.cluster:
            self.cluster.stop()
        shutil.rmtree(self.folder)
        return audit.returncode == 0


def say(row, report, operation='save', against=None, note=''):
    o = report['operations'].get(operation)
    if not o:
        print(f'{row:44} nothing was acknowledged: {report}')
        return 0
    ratio = f'{o["okPerSecond"] / against:6.2f}' if against else '      '
    bad = o['refused'] + o['unknown'] + report['protocolBroken']
    print(f'{row:44} {o["okPerSecond"]:9.0f} {report.get("serverUs", 0):7.1f} {o["p50Ms"]:8.2f} {o["p99Ms"]:8.2f} {o["p999Ms"]:8.2f} {report["idlePercent"]:5.0f} '
          f'{report["ownProcessors"]:5.2f} {report.get("serverPeakKib", 0) / 1024:7.0f} {ratio} '
          f'{f"{bad} not acknowledged " if bad else ""}{note}'.rstrip(), flush=True)
    return o['okPerSecond']


def closed(o, name, connections, pgsql=False):
    server = Server(connections, pgsql)
    nothing = say(f'a route that does nothing, {connections}', server.load('--connections', connections, '--duration', o.seconds, path='/healthz', sessions=False), 'get')
    report = server.load('--connections', connections, '--duration', o.seconds)
    good = server.stop()
    say(name, report, against=nothing, note='' if good else 'THE LEDGER IS NOT WHOLE')


def row_sqlite64(o):
    closed(o, 'saves on SQLite, 64 connections', 64)


def row_sqlite1000(o):
    closed(o, 'saves on SQLite, 1,000 connections', 1000)


def row_pgsql(o):
    if not os.path.isdir('/usr/lib/postgresql'):
        print('saves on PostgreSQL: there is none here')
        return
    closed(o, 'saves on PostgreSQL, 64 connections', 64, True)


def row_steady(o):
    server = Server(1000)
    say('a steady 10,000 a second, 1,000 connections', server.load('--connections', 1000, '--rate', 10000, '--duration', o.seconds))
    server.stop()


def row_rush(o):
    """All begin within a minute's share of the time: 10,000 in 60 s are 167 a second."""
    count = round(o.candidates * o.seconds / 60)
    server = Server(count)
    report = server.load('--connections', 1000, '--ramp', o.seconds, '--saves', 4, '--think', '500-2000', '--duration', o.seconds + 10, '--warmup', 0)
    say(f'{count} begin within {o.seconds} s: state', report, 'start')
    say('  and their first answers', report, 'save')
    server.stop()


def row_multitude(o):
    server = Server(o.attempts)
    report = server.load('--connections', 256, '--rate', max(1, o.attempts / 60), '--duration', o.seconds)
    say(f'{o.attempts:,} attempts, one answer a minute each', report, max(('save', 'start'), key=lambda k: report['operations'].get(k, {}).get('ok', 0)),
        note=f'made in {server.prepared_s:.0f} s, server ready in {server.started_s:.1f} s')
    server.stop()


ROWS = {n[4:]: f for n, f in globals().items() if n.startswith('row_')}
p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
p.add_argument('--seconds', type=int, default=3, help='of each row (3)')
p.add_argument('--attempts', type=int, default=20000, help='that are open at once (20000)')
p.add_argument('--candidates', type=int, default=10000, help='that begin within a minute (10000)')
p.add_argument('--rows', default=','.join(ROWS), help=f'of {", ".join(ROWS)}')
options = p.parse_args()
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
print(f'{"":44} {"ok/s":>9} {"µs each":>7} {"p50 ms":>8} {"p99":>8} {"p99.9":>8} {"idle%":>5} {"load":>5} {"MiB":>7} ratio')
for name in options.rows.split(','):
    ROWS[name](options)
