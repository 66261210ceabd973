#!/usr/bin/env python3
"""The words of the pages: both languages have the same keys with the same placeholders, every key is used, every key that is used is there, and every use
gives the placeholders of its text."""
import glob, json, os, re, sys, unicodedata

ROOT = os.environ.get('BV_SOURCE') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
WEB = f'{ROOT}/tools/httpd/web'
count = failed = 0


def check(faults, name):
    global count, failed
    count += 1
    failed += bool(faults)
    print('not ok' if faults else 'ok', f'{count} - {name}')
    for fault in sorted(faults)[:60]:
        print('#', fault)


def read(path):
    with open(path, encoding='utf-8') as f:
        return f.read()


def catalogue(language):
    """key → texts: one, or those of its plural."""
    def once(pairs):
        assert len(dict(pairs)) == len(pairs), f'words/{language}.json has a key twice among {[k for k, _ in pairs]}'
        return dict(pairs)
    sections = json.loads(read(f'{WEB}/words/{language}.json'), object_pairs_hook=once)
    return {f'{s}.{k}': list(v.values()) if isinstance(v, dict) else [v] for s, words in sections.items() for k, v in words.items()}


def placeholders(texts):
    return set(re.findall(r'\{(\w+)\}', ' '.join(texts)))


def sources():
    for path in glob.glob(f'{ROOT}/tools/httpd/*.c') + [f'{WEB}/build.mjs', *glob.glob(f'{WEB}/**/*.ts*', recursive=True)]:
        # A program in C without html.h or words.h has no texts of pages: what looks like a key is something else there.
        if 'node_modules' not in path and (not path.endswith('.c') or re.search(r'#include "tools/httpd/(html|words)\.h"', read(path))):
            yield os.path.relpath(path, ROOT), read(path)


def values_given(text, at):
    """Names of the values of a call t('key', {…}) whose key ends at `at`; None when they are no literal."""
    m = re.match(r"\s*(\)|,\s*\{([^{}]*)\}\s*[,)])", text[at:])
    if not m:
        return None
    given = m[2] or ''
    while (flat := re.sub(r'\([^()]*\)|\[[^\[\]]*\]', '', given)) != given:
        given = flat
    return set(re.findall(r'(?:^|,)\s*(\w+)', given))


vi, en = catalogue('vi'), catalogue('en')
keys = set(vi)
sections = {k.split('.')[0] for k in keys}
check({f'{k} is in one language only' for k in set(vi) ^ set(en)}, f'both languages have the same {len(keys)} keys')
check({f'{k} is no section.camelCase' for k in keys if not re.fullmatch(r'[a-z]\w*\.[a-z]\w*', k)}, 'keys are section.camelCase')
check({f'{k}: vi has {sorted(placeholders(vi[k]))}, en {sorted(placeholders(en[k]))}' for k in keys & set(en) if placeholders(vi[k]) != placeholders(en[k])},
      'with the same placeholders')
texts = [(l, k, text) for l, c in (('vi', vi), ('en', en)) for k, v in c.items() for text in v]
check({f'{l} {k}: {text!r}' for l, k, text in texts
       if not text or text != text.strip() or unicodedata.normalize('NFC', text) != text or re.search(r'<\w|  |\.\.\.', text) or re.sub(r'\{\w+\}', '', text).count('{')},
      'texts are NFC, without HTML, without spaces too many')

used, missing, wrong = set(), set(), set()
known = '|'.join(sorted(sections))
for path, text in sources():
    quotes = '"' if path.endswith('.c') else '[\'"`]'
    for m in re.finditer(rf'{quotes}((?:{known})\.\w+){quotes}', text):
        if m[1] in keys:
            used.add(m[1])
        # Of C only where words are asked for: other things have such names, too.
        elif not path.endswith('.c') or re.search(r'\b(words|html)_\w+[^;]*$', text[:m.start()]):
            missing.add(f'{path}: {m[1]}')
        if m[1] in keys and not path.endswith('.c') and re.search(r'\bt\($', text[:m.start()]):
            given = values_given(text, m.end())
            if given is not None and given != placeholders(vi[m[1]]) | ({'n'} & given if len(en[m[1]]) > 1 else set()):
                wrong.add(f'{path}: {m[1]} wants {sorted(placeholders(vi[m[1]]))} and is given {sorted(given)}')
    # t(`section.prefix${…}`) uses all that begin so.
    for m in re.finditer(rf'`((?:{known})\.\w*)\$\{{', text):
        used |= {k for k in keys if k.startswith(m[1])}
used |= {f'{m[1]}.title' for m in re.finditer(r"\{name: '(\w+)', shell: true", read(f'{WEB}/pages.mjs'))}
check(missing, 'every key that is used is there')
check({f'{k} is used nowhere' for k in keys - used}, 'every key is used')
check(wrong, 'every use gives the values of its text')

# What people see of a fault on a page is the text of its code (meaning.c) or of its rule (diagnostic.c).
PARSERS = ['engine/blueprint.c', 'scoring/instrument.c', 'scoring/rules.c', 'scoring/standard.c', 'base/xml.c', 'tools/httpd/template_draft.c', 'tools/httpd/sitting_plan.c']
has_text = set(re.findall(r'^\t\{ "([\w-]+)", "fault\.', read(f'{ROOT}/tools/httpd/meaning.c'), re.M)) | \
    set(re.findall(r'^\t\{ "\w+", "([\w-]+)", ', read(f'{ROOT}/itembank/diagnostic.c'), re.M))
kinds = set(re.findall(r'"(\w+)"', re.search(r'bv_loss_kinds\[\] = \{(.*?)\}', read(f'{ROOT}/itembank/convert.c'), re.S)[1]))
codes = {f'bv_loss_kinds: {k}' for k in kinds}
silent = set()
for path in PARSERS:
    text = read(f'{ROOT}/{path}')
    codes |= {f'{path}: {m}' for m in re.findall(r'bv_err_(?:rule|mark)\([^,]+, "([\w-]+)"', text)}
    if not path.startswith('tools/'):
        silent |= {f'{path}: {m[:60]}' for m in re.findall(r'bv_err_at\([^,]+, BV_E(?:PARSE|INVAL), [^;]*', text)}
for path in glob.glob(f'{ROOT}/itembank/*.c'):
    codes |= {f'{os.path.relpath(path, ROOT)}: {m}' for m in re.findall(r'bv_loss\([^,]+, BV_SEVERITY_\w+, "(\w+)"|bv_moodle_refuse\([^,]+, "(\w+)"', read(path)) for m in m if m}
check({f'{c} has no text in meaning.c or diagnostic.c' for c in codes if c.split(': ')[1] not in has_text} | ({'no code was found'} if len(codes) < 60 else set()), f'all {len(codes)} codes of faults have a text in both languages')
check({f'{c} is no kind of bv_loss_kinds' for c in codes if re.match(r'itembank/(import_|answers|html|markdown|convert)', c) and c.split(': ')[1] not in kinds}, 'losses are of a kind that is known')
check({f'{s}: no code' for s in silent}, 'what the office writes has a code for each of its faults')
print(f'1..{count}')
sys.exit(failed != 0)
