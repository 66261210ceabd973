#!/usr/bin/env python3
"""Writes a C file that holds other files: page_files.py OUT FOLDER FILE…. A file below FOLDER is called by its path from there, another by its last name."""
import os, sys

out, folder, *paths = sys.argv[1:]
with open(out, 'w', encoding='utf-8') as f:
    f.write('#include "tools/verify/page_files.h"\n\n')
    folder = os.path.abspath(folder)
    files = {os.path.relpath(path, folder) if os.path.abspath(path).startswith(folder + os.sep) else os.path.basename(path): path for path in paths}
    names = sorted(files)
    for i, name in enumerate(names):
        with open(files[name], 'rb') as source:
            text = source.read()
        lines = [','.join(map(str, text[at:at + 32])) for at in range(0, len(text), 32)]
        f.write(f'static const unsigned char file_{i}[] = {{\n' + ',\n'.join(lines) + '\n};\n')
    f.write('\nconst struct page_file page_files[] = {\n')
    for i, name in enumerate(names):
        f.write(f'\t{{ "{name}", {{ (const char *)file_{i}, sizeof file_{i} }} }},\n')
    f.write('\t{ 0 },\n};\n')
