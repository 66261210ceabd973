#!/usr/bin/env python3
"""Writes a C file that holds other files: page_files.py OUT FOLDER FILE… (paths below FOLDER)."""
import os, sys

out, folder, *paths = sys.argv[1:]
with open(out, 'w', encoding='utf-8') as f:
    f.write('#include "tools/cli/page_files.h"\n\n')
    names = sorted(os.path.relpath(path, folder) for path in paths)
    for i, name in enumerate(names):
        with open(os.path.join(folder, name), 'rb') as source:
            text = source.read()
        lines = [','.join(map(str, text[at:at + 32])) for at in range(0, len(text), 32)]
        f.write(f'static const unsigned char file_{i}[] = {{\n' + ',\n'.join(lines) + '\n};\n')
    f.write('\nconst struct page_file page_files[] = {\n')
    for i, name in enumerate(names):
        f.write(f'\t{{ "{name}", {{ (const char *)file_{i}, sizeof file_{i} }} }},\n')
    f.write('\t{ 0 },\n};\n')
