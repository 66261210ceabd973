"""A bank for a server under test: folders of the sample, whose items are in use."""
import subprocess
from daemon import BUILD, SOURCE

BANGVANG = f'{BUILD}/tools/cli/bangvang'
SAMPLE = f'{SOURCE}/itembank/sample'


def run(*words):
    r = subprocess.run([BANGVANG, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert r.returncode == 0, r.stdout
    return r.stdout


def fill(d, folders=('',)):
    """Before d starts."""
    d.config['bank'] = f'{d.folder}/bank.db'
    run('bank', 'import', '--bank', d.config['bank'], *[f'{SAMPLE}/{f}' for f in folders])
    run('bank', 'lifecycle', '--bank', d.config['bank'], '--as', 'Trần Thị B', '--adopt', 'operational')
    d.configure()
