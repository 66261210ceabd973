"""Pictures for the tests: faces drawn by tools/demo-portraits, and archives of them."""
import importlib.machinery, importlib.util, io, zipfile
from daemon import SOURCE

_loader = importlib.machinery.SourceFileLoader('demo_portraits', f'{SOURCE}/tools/demo-portraits')
_module = importlib.util.module_from_spec(importlib.util.spec_from_loader('demo_portraits', _loader))
_loader.exec_module(_module)
portrait = _module.portrait


def archive(files, how=zipfile.ZIP_STORED):
    """A zip of {name: bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', how) as z:
        for name, body in files.items():
            z.writestr(name, body)
    return out.getvalue()
