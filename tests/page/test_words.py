#!/usr/bin/env python3
"""The page says what the C library says: every text of a finding, a verdict, a check and a known fact in tools/verify/page/certs/*.js is in certs/*.c, and every
finding of certs/verify*.c, results.c, contents.c is on the page, but for those that are named below. And sw.js keeps every file of the page."""
import glob, os, re, sys

ROOT = os.environ.get('BV_SOURCE') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
PAGE = f'{ROOT}/tools/verify/page'
# What only a browser can say.
BROWSER = ('trình duyệt này', 'this browser', 'trang này', 'this page')
# What the page does not look at, and leaves to bangvang-verify: chains of certificates, time stamps, the page drawn again.
ELSEWHERE = ('chứng thư', 'dấu thời gian', 'dựng lại từ', 'trang in: %s', 'thư mục tin cậy không có khóa niêm phong')

count = failed = 0


def check(good, name, detail=''):
    global count, failed
    count += 1
    failed += not good
    print('ok' if good else 'not ok', f'{count} - {name}')
    for line in detail.split('\n')[:60] if not good else []:
        print('#', line)


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


C_STRING = r'"(?:[^"\\\n]|\\.)*"'


def whole_formats(text):
    """Without comments, and with %" PRIu64 " in one piece."""
    return re.sub(r'%"\s*PRI\w+(?:\s*"|)', lambda m: '%s' if m[0].endswith('"') else '%s"', re.sub(r'/\*.*?\*/', ' ', text, flags=re.S))


def strings_c(text, macros):
    """Every string of a C file, adjacent ones and macros joined; formats as %s."""
    text = whole_formats(text)
    for m in re.finditer(rf'(?:{C_STRING}|\b[A-Z_]{{3,}}\b)(?:\s*(?:{C_STRING}|\b[A-Z_]{{3,}}\b))*', text):
        parts = re.findall(rf'{C_STRING}|[A-Z_]{{3,}}', m[0])
        if not all(p[0] == '"' or p in macros for p in parts):
            parts = [p for p in parts if p[0] == '"' or p in macros]
        whole = ''.join(p[1:-1] if p[0] == '"' else macros[p] for p in parts)
        yield normal(whole.replace('\\"', '"').replace('\\\\', '\\').replace('\\n', '\n'))


def normal(text):
    """Formats of C as %s. Not the %3A of an address."""
    return re.sub(r'(?:%02x){4}|%(?:\.\*s|s|d|u|zu|lld)', '%s', text).replace('%%', '%')


JS_STRING = r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\""


def unquote(text):
    return normal(re.sub(r'\\(.)', r'\1', text[1:-1]))


def findings_js(text):
    """(vi, en) of every finding."""
    for m in re.finditer(rf"\.(?:pass|fail|unchecked)\(\s*(?:'[a-z-]+'|\w+),\s*({JS_STRING}),\s*({JS_STRING})", text):
        yield unquote(m[1]), unquote(m[2])
    for m in re.finditer(rf"\breading\(r, '[a-z]+', ({JS_STRING}), ({JS_STRING})", text):
        yield unquote(m[1]), unquote(m[2])
    for m in re.finditer(rf"\.find\(\s*(?:'[a-z-]+'|\w+),\s*(?:'[a-z-]+'|\w+),\s*({JS_STRING}),\s*({JS_STRING})", text):
        yield unquote(m[1]), unquote(m[2])
    for m in re.finditer(rf"(?:\[|text = \[|words\()\s*({JS_STRING}),\s*({JS_STRING})\s*[\])]", text):
        if re.search(r'[à-ỹđ]', m[1]):
            yield unquote(m[1]), unquote(m[2])


def findings_c(text, macros):
    """The Vietnamese text of every finding, which comes first."""
    text = whole_formats(text)
    for m in re.finditer(r'\b(?:FAIL|PASS|report_find|UNCHECKED)\(', text):
        rest = text[m.end():m.end() + 900]
        found = re.match(rf'(?:\s*[\w>.-]+,)*\s*((?:{C_STRING}|\b[A-Z_]{{3,}}\b|\s)+)', rest)
        if found and '"' in found[1]:
            yield next(strings_c(found[1], macros))


def main():
    files = {os.path.basename(p): read(p) for p in glob.glob(f'{ROOT}/certs/**/*.[ch]', recursive=True)}
    macros = {}
    for text in files.values():
        macros.update({m[1]: m[2][1:-1] for m in re.finditer(rf'#define (\w+) ({C_STRING})\s', text)})
    said = {s for text in files.values() for s in strings_c(text, macros)}
    shown = set()
    for path in sorted(glob.glob(f'{PAGE}/certs/*.js')):
        pairs = list(findings_js(read(path)))
        shown |= {vi for vi, _ in pairs}
        strange = [t for pair in pairs for t in pair if t not in said and not any(word in t.lower() for word in BROWSER)]
        check(not strange, f'{os.path.basename(path)}: its {len(pairs)} texts are those of certs/', '\n'.join(strange))
    gone = []
    for name in sorted(files):
        if re.match(r'(verify\w*|results|contents)\.c$', name):
            gone += [f'{name}: {vi}' for vi in findings_c(files[name], macros) if vi not in shown and re.search(r'\w', vi.replace('%s', '')) and not any(part in vi for part in ELSEWHERE)]
    check(not gone, 'every finding of certs/ is on the page', '\n'.join(gone))
    check(len(shown) > 60, f'{len(shown)} texts were compared')
    pairs = {'contents': rf'\{{ ({C_STRING}), \{{ {C_STRING}, {C_STRING} \}}(?:, (\d))? \}},', 'claims': rf'\{{ ({C_STRING}), [A-Z]+, \{{'}
    for name, row in pairs.items():
        c = [''.join(m) if isinstance(m, tuple) else m for m in re.findall(row, files[f'{name}.c'])]
        js = [f'"{m[0]}"{m[1]}' for m in re.findall(r"^\t\['([^']+)', (?:\[|'[a-z]+', \[).*?\](?:, (\d))?\],$", read(f'{PAGE}/certs/{name}.js'), re.M)]
        check(c == js and len(c) > 10, f'{name}.js: {len(js)} known facts in the same order', '\n'.join(f'{a} {b}' for a, b in zip(c, js) if a != b))
    kept = re.search(r'const FILES = \[(.*?)\n\];', read(f'{PAGE}/sw.js'), re.S)[1]
    listed = set(re.findall(r"'([\w.]+\.(?:html|js|css|svg|webmanifest|json))'", kept)) | {f'certs/{n}.js' for n in re.findall(r"'(\w+)'", kept)}
    there = {os.path.relpath(p, PAGE) for p in glob.glob(f'{PAGE}/**', recursive=True) if os.path.isfile(p)} - {'sw.js'} | {'trust.json', 'qr.js'}
    check(listed == there, 'sw.js keeps every file of the page', f'only in sw.js: {listed - there}; only in the folder: {there - listed}')
    built = set(re.findall(r"'page/([^']+)'", read(f'{ROOT}/tools/verify/meson.build')))
    check(built == there - {'trust.json', 'qr.js'} | {'sw.js'}, 'meson.build lists every file of the page', f'{built ^ (there - {"trust.json", "qr.js"} | {"sw.js"})}')
    imports = [f'{os.path.basename(p)}: {i}' for p in glob.glob(f'{PAGE}/**/*.js', recursive=True) for i in re.findall(r"from '([^']+)'", read(p))
               if not os.path.exists(os.path.join(os.path.dirname(p), i))]
    check(not imports, 'every import is there', '\n'.join(imports))
    elsewhere = [f'{os.path.basename(p)}: {u}' for p in glob.glob(f'{PAGE}/**', recursive=True) if p.endswith(('.html', '.css', '.js', '.webmanifest'))
                 for u in re.findall(r'(?:src|href|url\(|import\(|from|fetch\()[=\s]*["\'](https?:[^"\']+)', read(p))]
    check(not elsewhere, 'nothing is loaded from elsewhere', '\n'.join(elsewhere))
    print(f'1..{count}')
    return failed > 0


sys.exit(main())
