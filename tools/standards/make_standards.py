#!/usr/bin/env python3
"""Writes the skills standards (standards/*.xml) from the framework tables.

    make_standards.py TABLES OUT

TABLES is the folder of the CSV files named below; OUT gets one XML file a standard. The same tables give the same bytes.
What is not in a table (sections of IU01-IU06, English wordings marked ours) is written here, with its certainty."""
import csv, os, re, sys
from xml.sax.saxutils import escape, quoteattr

NS = 'https://bangvang.vn/ns/standard/1'

# First-level sections of the basic modules, after the annex of Circular 03/2014/TT-BTTTT; wording to be checked with the gazette.
SECTIONS = {
    'IU01': [('Kiến thức cơ bản về máy tính và mạng', 'Basics of computers and networks'),
             ('Các ứng dụng của công nghệ thông tin - truyền thông', 'Uses of information and communication technology'),
             ('An toàn lao động và bảo vệ môi trường', 'Safety at work and care for the environment'),
             ('An toàn thông tin cơ bản khi làm việc với máy tính', 'Basic information security at the computer'),
             ('Các vấn đề cơ bản liên quan đến pháp luật', 'Basic questions of law')],
    'IU02': [('Hiểu biết cơ bản để bắt đầu làm việc với máy tính', 'What one needs to start working with a computer'),
             ('Làm việc với hệ điều hành', 'Working with an operating system'),
             ('Quản lý thư mục và tệp', 'Managing folders and files'),
             ('Một số phần mềm tiện ích', 'Some utility software'),
             ('Sử dụng tiếng Việt', 'Using Vietnamese'),
             ('Sử dụng máy in', 'Using a printer')],
    'IU03': [('Kiến thức cơ bản về văn bản và soạn thảo', 'Basics of documents and writing them'),
             ('Sử dụng phần mềm xử lý văn bản', 'Using word processing software'),
             ('Định dạng văn bản', 'Formatting text'),
             ('Nhúng các đối tượng khác nhau vào văn bản', 'Placing other objects in a document'),
             ('Kết xuất và phân phối văn bản', 'Output and distribution of documents'),
             ('Soạn thông điệp và văn bản hành chính', 'Writing messages and administrative documents')],
    'IU04': [('Kiến thức cơ bản về bảng tính', 'Basics of spreadsheets'),
             ('Sử dụng phần mềm bảng tính', 'Using spreadsheet software'),
             ('Thao tác đối với ô', 'Working with cells'),
             ('Thao tác trên trang tính', 'Working with sheets'),
             ('Biểu thức và hàm', 'Expressions and functions'),
             ('Định dạng ô và dãy ô', 'Formatting cells and ranges'),
             ('Biểu đồ', 'Charts'),
             ('Kết xuất và phân phối trang tính', 'Output and distribution of sheets')],
    'IU05': [('Kiến thức cơ bản về thuyết trình và trình chiếu', 'Basics of presenting and of slides'),
             ('Sử dụng phần mềm trình chiếu', 'Using presentation software'),
             ('Xây dựng nội dung bài thuyết trình', 'Building the content of a presentation'),
             ('Đưa biểu đồ vào bài thuyết trình', 'Placing charts in a presentation'),
             ('Đưa đối tượng đồ họa và đa phương tiện vào bài thuyết trình', 'Placing graphics and multimedia in a presentation'),
             ('Chuẩn bị, trình chiếu và in', 'Preparing, showing and printing')],
    'IU06': [('Kiến thức cơ bản về Internet', 'Basics of the Internet'),
             ('Sử dụng trình duyệt web', 'Using a web browser'),
             ('Sử dụng Web', 'Using the Web'),
             ('Sử dụng thư điện tử', 'Using e-mail'),
             ('Các dạng truyền thông số thông dụng', 'Common forms of digital communication'),
             ('An toàn và bảo mật thông tin trên Internet', 'Safety and security of information on the Internet')],
}
LEVEL4_VI = {'Foundation': 'Nền tảng', 'Intermediate': 'Trung cấp', 'Advanced': 'Nâng cao', 'Highly specialised': 'Chuyên sâu'}
AREA_VI_FROM_TT02 = 5  # DigComp's areas 1-5 are the domains 1-5 of Circular 02/2025
FRAMEWORKS = {'digcomp22': 'digcomp-2.2', 'digcomp3': 'digcomp-3.0', 'unesco_dlgf': 'unesco-dlgf', 'tt03_2014_iu_ours': 'vn-tt03-2014',
              'pix_ours': 'pix'}
CERTAINTY = {'digcomp22': 'high', 'digcomp3': 'high', 'unesco_dlgf': 'high', 'tt03_2014_iu_ours': 'uncertain', 'pix_ours': 'uncertain'}


def table(folder, name):
    with open(os.path.join(folder, name), encoding='utf-8', newline='') as f:
        return list(csv.DictReader(f))


class Writer:
    def __init__(self):
        self.lines, self.open_ = ['<?xml version="1.0" encoding="UTF-8"?>'], []

    def attrs(self, attrs):
        return ''.join(f' {k}={quoteattr(str(v))}' for k, v in attrs if v not in (None, ''))

    def leaf(self, name, text=None, *attrs):
        end = '/>' if text is None else f'>{escape(text)}</{name}>'
        self.lines.append('\t' * len(self.open_) + f'<{name}{self.attrs(attrs)}{end}')

    def start(self, name, *attrs):
        self.lines.append('\t' * len(self.open_) + f'<{name}{self.attrs(attrs)}>')
        self.open_.append(name)

    def end(self):
        name = self.open_.pop()
        self.lines.append('\t' * len(self.open_) + f'</{name}>')

    def names(self, vi, en, tag='name'):
        self.leaf(tag, vi, ('xml:lang', 'vi'))
        if en:
            self.leaf(tag, en, ('xml:lang', 'en'))

    def maps(self, maps):
        for framework, code, certainty in maps:
            self.leaf('map', None, ('framework', framework), ('code', code), ('certainty', certainty))

    def competence(self, code, vi, en, certainty, maps=(), children=()):
        self.start('competence', ('code', code), ('certainty', certainty))
        self.names(vi, en)
        self.maps(maps)
        for child in children:
            self.competence(*child)
        self.end()

    def level(self, code, rank, vi, en, certainty, abbreviation='', needs='', rules=()):
        self.start('level', ('code', code), ('rank', rank), ('abbreviation', abbreviation), ('certainty', certainty), ('needs', needs))
        self.names(vi, en)
        for least, of in rules:
            self.leaf('rule', None, ('least', least), ('of', ' '.join(of)))
        self.end()

    def head(self, identifier, certainty, title_vi, title_en, source, dates, note, licence):
        self.start('standard', ('xmlns', NS), ('identifier', identifier), ('version', '1'), ('certainty', certainty))
        self.names(title_vi, title_en, 'title')
        self.leaf('source', source)
        self.leaf('in-force', None, *dates)
        self.leaf('note', note)
        self.leaf('licence', licence)

    def text(self):
        assert not self.open_
        return '\n'.join(self.lines) + '\n'


def crosswalk(folder, by, columns):
    """code in column `by` → [(framework, code, certainty)], by framework; cells hold codes with '|' between, or a remark in words."""
    found = {}
    for column, framework, certainty in columns:
        for row in table(folder, 'crosswalk.csv'):
            for key in codes(row[by]):
                found.setdefault(key, []).extend((framework, code, certainty) for code in codes(row[column]))
    return {key: list(dict.fromkeys(entries)) for key, entries in found.items()}


def codes(cell):
    return [code for code in cell.split('|') if re.fullmatch(r'[A-Za-z0-9_.-]+', code)]


def tt03(folder):
    modules = table(folder, 'vn_tt03_2014_modules.csv')
    maps = crosswalk(folder, 'tt03_2014_iu_ours',
                     [('tt02_2025', 'vn-tt02-2025', 'uncertain'), ('digcomp22', 'digcomp-2.2', 'uncertain')])
    w = Writer()
    w.head('vn-tt03-2014', 'high', 'Chuẩn kỹ năng sử dụng công nghệ thông tin', 'Standard of skills in using information technology',
           'Thông tư 03/2014/TT-BTTTT ngày 11/03/2014', [('from', '2014-04-28'), ('certainty', 'uncertain')],
           'Names of the modules are certain. The day on which it came into force, the sections inside IU01-IU06 and all mappings are '
           'uncertain; English names are unofficial.',
           'Official legal document of Viet Nam; selection, English names and mappings by this project, CC BY 4.0.')
    w.start('competences')
    for m in modules:
        sections = [(f"{m['id']}.{n}", vi, en, 'uncertain') for n, (vi, en) in enumerate(SECTIONS.get(m['id'], []), 1)]
        w.competence(m['id'], m['name_vi'], m['name_en_unofficial'], 'certain', maps.get(m['id'], []), sections)
    w.end()
    tier = {t: [m['id'] for m in modules if m['tier'] == t] for t in ('basic', 'advanced')}
    w.start('levels')
    w.level('basic', 1, 'Chuẩn kỹ năng sử dụng công nghệ thông tin cơ bản', 'Basic skills in using information technology', 'certain',
            rules=[(len(tier['basic']), tier['basic'])])
    w.level('advanced', 2, 'Chuẩn kỹ năng sử dụng công nghệ thông tin nâng cao', 'Advanced skills in using information technology',
            'certain', needs='basic', rules=[(3, tier['advanced'])])
    w.end()
    w.end()
    return w.text()


def tt02(folder):
    components = table(folder, 'vn_tt02_2025_components.csv')
    maps = crosswalk(folder, 'tt02_2025', [(c, FRAMEWORKS[c], CERTAINTY[c]) for c in FRAMEWORKS])
    doubtful = {'2.2', '5.1', '5.4'}  # wording differs between copies of the annex
    w = Writer()
    w.head('vn-tt02-2025', 'high', 'Khung năng lực số cho người học', 'Digital competence framework for learners',
           'Thông tư 02/2025/TT-BGDĐT ngày 24/01/2025', [('from', '2025-03-11'), ('certainty', 'certain')],
           'Domains and levels are certain; names of components are from three copies of the annex that agree but for 2.2, 5.1 and 5.4. English '
           'names are unofficial. The circular says what each level can do, not how a level is attained in a test: there are no attainment rules.',
           'Official legal document of Viet Nam; English names and mappings by this project, CC BY 4.0.')
    w.start('competences')
    for d in table(folder, 'vn_tt02_2025_domains.csv'):
        children = [(c['id'], c['name_vi'], c['name_en_unofficial'], 'uncertain' if c['id'] in doubtful else 'high', maps.get(c['id'], []))
                    for c in components if c['domain'] == d['id']]
        w.competence(d['id'], d['name_vi'], d['name_en_unofficial'], 'certain', (), children)
    w.end()
    w.start('levels')
    for level in table(folder, 'vn_tt02_2025_levels.csv'):
        sure = '?' not in level['code_prefix']
        w.level(level['level8'], level['level8'], f"Bậc {level['level8']} ({level['stage_vi']})", f"Level {level['level8']} ({level['stage_en']})",
                'certain', level['code_prefix'] if sure else '')
    w.end()
    w.end()
    return w.text()


def digcomp22(folder):
    competences = table(folder, 'digcomp22_competences.csv')
    domains = {d['id']: d['name_vi'] for d in table(folder, 'vn_tt02_2025_domains.csv')}
    maps = crosswalk(folder, 'digcomp22', [('tt02_2025', 'vn-tt02-2025', 'high'), ('digcomp3', 'digcomp-3.0', 'high'),
                                           ('unesco_dlgf', 'unesco-dlgf', 'high'), ('tt03_2014_iu_ours', 'vn-tt03-2014', 'uncertain'),
                                           ('pix_ours', 'pix', 'uncertain')])
    w = Writer()
    w.head('digcomp-2.2', 'high', 'Khung năng lực số cho công dân DigComp 2.2', 'DigComp 2.2: the Digital Competence Framework for Citizens',
           'EUR 31006 EN, JRC128415 (2022)', [('certainty', 'certain')],
           'Not a legal act: it is never in or out of force. English names from the framework (high, to be compared with the publication); '
           'Vietnamese names are those of Circular 02/2025/TT-BGDĐT where the two correspond; names of the levels in Vietnamese are ours.',
           'DigComp 2.2 © European Union 2022, reuse under Creative Commons Attribution 4.0 International (CC BY 4.0), '
           'https://creativecommons.org/licenses/by/4.0/. Changed here: names only, arranged as XML, with Vietnamese names and mappings added.')
    w.start('competences')
    seen = []
    for c in competences:
        if c['area'] in seen:
            continue
        seen.append(c['area'])
        assert int(c['area']) <= AREA_VI_FROM_TT02
        children = [(k['id'], k['name_vi_via_tt02_2025'], k['name_en'], 'high', maps.get(k['id'], [])) for k in competences
                    if k['area'] == c['area']]
        w.competence(c['area'], domains[c['area']], c['area_en'], 'high', (), children)
    w.end()
    w.start('levels')
    for level in table(folder, 'digcomp22_levels.csv'):
        w.level(level['level8'], level['level8'], f"Bậc {level['level8']} ({LEVEL4_VI[level['level4']]})",
                f"Level {level['level8']} ({level['level4']})", 'high')
    w.end()
    w.end()
    return w.text()


STANDARDS = {'vn-tt03-2014.xml': tt03, 'vn-tt02-2025.xml': tt02, 'digcomp-2.2.xml': digcomp22}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    for name, make in STANDARDS.items():
        with open(os.path.join(sys.argv[2], name), 'w', encoding='utf-8', newline='\n') as f:
            f.write(make(sys.argv[1]))


if __name__ == '__main__':
    main()
