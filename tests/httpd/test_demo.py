#!/usr/bin/env python3
"""tools/demo-server: what it prints is true: every code and password signs in, every address answers, and Ctrl-C ends it."""
import os, re, shutil, signal, socket, subprocess, sys, tempfile, threading
from daemon import BUILD, SOURCE, Client, check, finish
from staff import sign_in

work = tempfile.mkdtemp(prefix='bv-demo-')
os.environ['PATH'] = f'{BUILD}/tools/cli:{BUILD}/tools/httpd:{BUILD}/tools/verify:' + os.environ['PATH']
subprocess.run([f'{SOURCE}/tools/demo', f'{work}/demo'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)

demo = subprocess.Popen([f'{SOURCE}/tools/demo-server', '--port', '0', f'{work}/demo'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True)
late = threading.Timer(300, demo.kill)
late.start()
said = ''
for line in demo.stdout:
    said += line
    if 'Ctrl-C' in line:
        break
urls = re.findall(r'^http://localhost:(\d+)(/\S*)', said, re.M)
if not check(len(urls) == 4, 'it starts and prints four addresses', said):
    finish()


class Where:
    @staticmethod
    def connect(timeout=60):
        return socket.create_connection(('127.0.0.1', int(urls[0][0])), timeout)

    @staticmethod
    def client():
        return Client(Where)


client = Where.client


for _, path in urls:
    a = client()('GET', path)
    check(a.status == 200 and a.field('Content-Type').startswith('text/html'), f'{path} is a page', a)
sitting = re.search(r'sitting \(đợt thi\): (\S+)', said)[1]
candidates = re.findall(r'^   (TS-\d+) +(\S+) +(\S+) +(\d+)$', said, re.M)
check(len(candidates) == 3, 'three candidates are printed', said)
for ticket, code, room, seat in candidates:
    a = client()('POST', '/api/entry', {'sitting': sitting, 'ticket': ticket, 'code': code})
    check(a.status == 201 and (a.json()['room'], a.json()['seat']) == (room, seat), f'{ticket} enters', a)
with open(f'{work}/demo/server/codes.csv', encoding='utf-8-sig') as f:
    check(len(f.readlines()) == 41, 'and 40 are in the file')
accounts = re.findall(r'^   ([a-z-]+) +((?:[a-z0-9]{4}-){3}[a-z0-9]{4})   (.+)$', said, re.M)
check(len(accounts) == 10, 'an account of each of the ten roles of staff', accounts)
for name, password, _ in accounts:
    a = client()('POST', '/api/session', {'name': name, 'password': password})
    check(a.status == 201 and a.json()['todo'] == ['password'] and len(a.json()['roles']) >= 1, f'{name} signs in', a)
for code, word in zip(re.findall(r'/v/(\S+)', said), ('có giá trị', 'thu hồi')):
    a = client()('GET', f'/v/{code}')
    check(a.status == 200 and word in a.body.decode().lower(), f'/v/{code}: {word}', a)
who, a = sign_in(Where, 'giam-thi', dict((n, p) for n, p, _ in accounts)['giam-thi'])
a = who('POST', '/api/session/password', {'password': dict((n, p) for n, p, _ in accounts)['giam-thi'], 'newPassword': 'con trâu đi cày ruộng sâu'})
who.fields['X-CSRF-Token'] = a.json()['csrfToken']
a = who('POST', f'/api/sittings/{sitting}/rooms/P1/persons', {'reason': 'điểm danh'})
check(a.status == 200 and len(a.json()['persons']) == 20, 'the proctor sees who sits in a room', a)
seen = [who('GET', f'/api/attempts/{p["attempt"]}/photo') for p in a.json()['persons'] if p.get('photo')]
check(len(seen) == 18 and all(s.status == 200 and s.body.startswith(b'\x89PNG') for s in seen), 'with photographs of all but two', [s.status for s in seen])
owner, _ = sign_in(Where, 'chu-quan', dict((n, p) for n, p, _ in accounts)['chu-quan'])
owner.fields['X-CSRF-Token'] = owner('POST', '/api/session/password', {'password': dict((n, p) for n, p, _ in accounts)['chu-quan'], 'newPassword': 'con trâu đi cày ruộng sâu'}).json()['csrfToken']
for kind in ('standard', 'rules', 'blueprint', 'template'):
    a = owner('GET', f'/api/documents/{kind}')
    check(len(a.json()['documents']) == 1 and a.json()['documents'][0].get('approver') != '', f'a {kind} is there', a)
check(len(owner('GET', '/api/units?parent=').json()['units']) == 2, 'and units')
check(len(os.listdir(f'{work}/demo/server/photos-P2')) == 20, 'and there are some to be brought')
again = subprocess.run([f'{SOURCE}/tools/demo-server', '--port', 'x', f'{work}/demo'], stderr=subprocess.PIPE)
check(again.returncode == 64, 'a port that is none is refused')
os.killpg(demo.pid, signal.SIGINT)
check(demo.wait(30) is not None, 'Ctrl-C ends it')
late.cancel()
shutil.rmtree(work)
finish()
