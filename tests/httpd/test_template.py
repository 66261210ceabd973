#!/usr/bin/env python3
"""Templates of certificates' pages while they are written: what does not fit, what is missing, the page drawn by a program that is shut in, versions that count."""
import base64, hashlib, json, os, re, struct, subprocess, zlib
from daemon import BUILD, SOURCE, Daemon, check, finish
from staff import FAST, staff

BANGVANG = f'{BUILD}/tools/cli/bangvang'
NAME = '/api/documents/template/vn-a4-landscape'
with open(f'{SOURCE}/certs/page/vn-a4-landscape.xml', encoding='utf-8') as f:
    LANDSCAPE = f.read()
with open(f'{SOURCE}/certs/page/vn-a4-portrait.xml', encoding='utf-8') as f:
    PORTRAIT = f.read()


def line_of(text, part):
    return text[:text.index(part)].count('\n') + 1


def checks(an):
    def look(text):
        a = an('POST', '/api/drafts/template', {'text': text})
        return a.json() if check(a.status == 200, 'a text is looked at', a) else {}

    def faults(text):
        return look(text)['said']['drawn']['faults']

    for text in (LANDSCAPE, PORTRAIT):
        said = look(text)
        check(said['good'] and said['ready'] and not said['said']['drawn']['faults'], f'the sample {said["name"]} bears every name', said)
    check({a['about'] for a in said['said']['drawn']['advice']} >= {'nation', 'motto'}, 'and what Decree 30 would have larger is advice', said)
    check(said['said']['version'] == '2' and said['hash'] == hashlib.sha256(PORTRAIT.encode()).hexdigest(), 'its version and its hash')
    for what, text, message in (('no XML', LANDSCAPE.replace('</certificate-template>', ''), ''), ('an unknown field', LANDSCAPE.replace('{holder}', '{nguoi}'), "'{nguoi}'"),
                                ('an unknown element', LANDSCAPE.replace('<qr ', '<hinh '), '<hinh>'), ('an identifier with spaces', LANDSCAPE.replace('"vn-a4-landscape"', '"mẫu 1"'), "'identifier'"),
                                ('nothing', '', '')):
        said = look(text)
        check(not said['good'] and not said['ready'] and message in said['fault']['message'] and 'said' not in said, f'{what}: not good', said)
    check(look(LANDSCAPE.replace('{holder}', '{nguoi}'))['fault']['line'] == line_of(LANDSCAPE, '{holder}'), 'a fault has its line')

    for what, old, new, about in (('the name', '{holder}', 'Ai đó', 'holder'), ('the code', '<b>{code}</b>', '…', ''), ('the nation', 'CỘNG HÒA', 'CỘNG HOÀ', 'nation'),
                                  ('the motto', 'Độc lập - Tự do', 'Độc lập – Tự do', 'motto'), ('the number', '<b>{licence}</b>', '…', 'licence'), ('the QR symbol', '<qr x="18" y="152.5" width="42"/>', '', 'qr')):
        found = faults(LANDSCAPE.replace(old, new))
        check(([f['about'] for f in found] == [about] and found[0]['code'] == 'missing') if about else not found, f'without {what}' + ('' if about else ' once: it is there a second time'), found)
    found = faults(LANDSCAPE.replace('{address}/{code}', 'đâu đó').replace('<b>{code}</b>', '…'))
    check(sorted(f['about'] for f in found) == ['address', 'code'], 'without the address where it is verified', found)

    found = faults(LANDSCAPE.replace('size="25" least="12" weight="bold" align="center">{holder}', 'size="25" weight="bold" align="center">{holder}'))
    check([(f['code'], f['line'], f['sample'], f['english']) for f in found] == [('text-does-not-fit', line_of(LANDSCAPE, '{holder}'), 'longest', True)], 'a name of 41 bytes and more does not fit: the line and the sample', found)
    check('Công Tằng Tôn Nữ' in found[0]['message'] and len('Công Tằng Tôn Nữ Nguyễn Phước Thùy Phượng Hương'.encode()) >= 41, 'and which name')
    found = faults(LANDSCAPE.replace(' if="name.en">{name.en}', '>{name.en}'))
    check([(f['code'], f['sample'], f['english']) for f in found] == [('field-is-missing', 'typical', False)], 'a field that a certificate in Vietnamese alone lacks', found)
    found = faults(LANDSCAPE.replace('<text x="20" y="45" width="257"', '<text x="200" y="45" width="257"'))
    check(('outside', line_of(LANDSCAPE, 'CHỨNG CHỈ')) in [(f['code'], f['line']) for f in found], 'what stands beyond the edge', found)
    check([f['code'] for f in faults(LANDSCAPE.replace('<qr x="18" y="152.5" width="42"/>', '<qr x="18" y="152.5" width="12"/>'))] == ['qr-too-small'], 'a symbol that telephones do not read')
    check([f['code'] for f in faults(LANDSCAPE.replace('font="Liberation Serif"', 'font="Không có"')) if f['code'] != 'missing'] == ['font'], 'a font that is not there, told once')
    check([f['code'] for f in faults(LANDSCAPE.replace('CHỨNG CHỈ', '漢字'))] == ['font'], 'a letter that it does not have')
    advice = look(LANDSCAPE.replace('y="22.5" width="128"', 'y="19" width="128"'))['said']['drawn']['advice']
    check([a['other'] for a in advice if a['about'] == 'overlap' and a['sample'] == 'typical'] == [line_of(LANDSCAPE, 'CỘNG HÒA')], 'two texts over each other', advice)
    check([f['code'] for f in faults(LANDSCAPE.replace('d="M 13 0 C', 'd="M 13 X 0 C', 1))] == ['path-is-wrong'], 'a drawing that is none')
    many = ''.join(f'<line x="{i % 200}" y="1"/>' for i in range(600))
    check('more than 512' in look(LANDSCAPE.replace('<!-- title -->', many))['fault']['message'], 'more than a page may have')
    check(an('POST', '/api/drafts/template', {'text': ' ' * (1 << 20)}).status == 200 and an('POST', '/api/drafts/template', {'text': ' ' * ((1 << 20) + 1)}).status == 422, 'a megabyte is looked at, more is refused')


def picture(png):
    """Width and height of a PNG whose checksums are right."""
    at, size = 8, None
    assert png[:8] == b'\x89PNG\r\n\x1a\n'
    while at < len(png):
        length, kind = struct.unpack('>I4s', png[at:at + 8])
        assert zlib.crc32(png[at + 4:at + 8 + length]) == struct.unpack('>I', png[at + 8 + length:at + 12 + length])[0]
        if kind == b'IHDR':
            size = struct.unpack('>II', png[at + 8:at + 16])
        at += 12 + length
    return size


def pages(d, an):
    def draw(text, sample='typical', english=True):
        return an('POST', '/api/template-pages', {'text': text, 'sample': sample, 'english': english})

    a = draw(LANDSCAPE).json()
    texts = [s['text'] for s in a['said']]
    check(picture(base64.b64decode(a['png'])) == (a['width'], a['height']) == (1239, 876) and not a['faults'], 'a page is drawn', a['faults'])
    check('Nguyễn Thị Ánh Tuyết' in texts and 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' in texts and 'Xử lý văn bản cơ bản / Basic word processing: 4 / 10 (≥ 4)' in texts, 'and told in words', texts)
    check([s['text'] for s in a['said'] if s['part'] == 'qr'][0].startswith('https://chungchi.example.vn/v#'), 'with what the symbol says')
    a, b = draw(LANDSCAPE, 'short').json(), draw(LANDSCAPE, 'short', False).json()
    check('Lê An' in str(a['said']) and len(a['said']) > len(b['said']) and not any(s['part'] == 'area' for s in a['said']), 'a certificate with the least, in both languages and in one')
    a = draw(LANDSCAPE.replace('least="12" weight="bold" align="center">{holder}', 'weight="bold" align="center">{holder}'), 'longest').json()
    check(a['png'] and [f['code'] for f in a['faults']] == ['text-does-not-fit'] and 'Nguyễn Phước' not in str([s for s in a['said'] if 'Công' in s['text']]), 'what does not fit is left out and told', a['faults'])
    a = draw('<x/>')
    check(a.status == 422 and 'line 1' in a.json()['reason'], 'no template', a)
    check(draw(LANDSCAPE, 'tall').status == 422, 'no such sample')
    # What takes more than it may is stopped, there and not here.
    an.socket.settimeout(300)
    heavy = re.sub(r'<rosette [^>]*/>', '<rosette x="0" y="0" width="290" petals="60" rings="40" stroke="2" colour="#000000"/>' * 200, LANDSCAPE, count=1)
    a = draw(heavy)
    check(a.status == 422 and 'stopped' in a.json()['reason'], 'a page that takes too long is stopped', a)
    said = an('POST', '/api/drafts/template', {'text': heavy}).json()
    check(said['good'] and not said['ready'] and 'stopped' in said['said']['notDrawn'], 'which is told while it is written', said)
    check(draw(LANDSCAPE).status == 200, 'and the next page is drawn')


def versions(an, binh, auditor, folder):
    a = an('POST', NAME, {'base': 0, 'text': LANDSCAPE, 'note': 'mẫu gốc'})
    check(a.status == 201 and a.json()['versions'][0]['title'] == 'Chứng chỉ, khổ A4 ngang', 'it is saved', a)
    check(an('POST', NAME + '/approval', {'version': 1}).status == 403, 'its author does not approve it')
    check(binh('POST', NAME + '/approval', {'version': 1}).status == 200, 'a second person does')
    other = LANDSCAPE.replace('#8c1515', '#14508c')
    a = an('POST', NAME, {'base': 1, 'text': other, 'note': 'xanh'})
    check(a.status == 201 and not a.json()['look']['ready'] and a.json()['look']['said']['numberOf'] == 1, 'another text under a number that was approved', a)
    check(binh('POST', NAME + '/approval', {'version': 2}).status == 409, 'is not approved')
    third = other.replace(' version="2"', ' version="3"')
    check(binh('POST', NAME, {'base': 1, 'text': third, 'note': ''}).status == 409, 'nobody writes over what was saved meanwhile')
    check(binh('POST', NAME, {'base': 2, 'text': third, 'note': 'số 3'}).status == 201 and an('POST', NAME + '/approval', {'version': 3}).status == 200, 'with a number of its own it is')
    wide = third.replace('least="12" weight="bold" align="center">{holder}', 'weight="bold" align="center">{holder}').replace(' version="3"', ' version="4"')
    check(an('POST', NAME, {'base': 3, 'text': wide, 'note': ''}).status == 201 and binh('POST', NAME + '/approval', {'version': 4}).status == 409, 'one that long names do not fit into can be kept, and is not approved')
    check(auditor('GET', NAME + '?version=3').json()['text'] == third and auditor('POST', NAME, {'base': 4, 'text': third, 'note': ''}).status == 403, 'auditors read')
    check(auditor('POST', '/api/template-pages', {'text': third, 'sample': 'short', 'english': True}).status == 200, 'and look')
    # What was approved is what the command draws with, byte by byte.
    text = an('GET', NAME + '?version=3').json()['text']
    with open(f'{folder}/template.xml', 'w', encoding='utf-8', newline='') as f:
        f.write(text)
    run = lambda *words: subprocess.run([BANGVANG, *words], capture_output=True, text=True, cwd=folder)
    r = [run('key', 'new', '--did', 'did:web:chungchi.example.vn', '--out', 'keys'),
         run('cert', 'issue', '--key', 'keys/key.pem', '--facts', f'{SOURCE}/tests/vectors/certs/facts-1.json', '--out', 'c.json')]
    r.append(run('cert', 'render', 'c.json', '--template', 'template.xml', '--out', 'c.pdf'))
    check(all(x.returncode == 0 for x in r) and hashlib.sha256(text.encode()).hexdigest() in open(f'{folder}/c.pdf', 'rb').read().decode('latin-1'), 'bangvang cert render takes it', [x.stderr for x in r])


with Daemon(second_factor='no', **FAST) as d:
    an, binh, auditor, centre = (staff(d, *who) for who in (('chu.quan.an', 'scheme-owner'), ('chu.quan.binh', 'scheme-owner'), ('thanh.tra', 'auditor'), ('truong.diem', 'centre-head')))
    checks(an)
    pages(d, an)
    versions(an, binh, auditor, d.folder)
    check(centre('POST', '/api/template-pages', {'text': LANDSCAPE, 'sample': 'short', 'english': True}).status == 403, 'heads of centres do not')
    check(all(m not in d.log() for m in ('level=error', 'Sanitizer')), 'nothing in the log', d.log()[-2000:])
finish()
