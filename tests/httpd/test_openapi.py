#!/usr/bin/env python3
"""The OpenAPI document is one (OpenAPI 3.1.0), says the same as the server does, and every answer without a session fits it."""
import json, os, re, subprocess, sys
from daemon import BANGVANGD, Daemon, check, finish, skip

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None

METHODS = {'get', 'put', 'post', 'delete', 'patch'}


def resolve(doc, schema):
    if '$ref' in schema:
        at = doc
        for part in schema['$ref'][2:].split('/'):
            at = at[part]
        return at
    return schema


def check_operation(doc, path, method, op, seen):
    where = f'{method.upper()} {path}'
    check(set(op) <= {'operationId', 'summary', 'description', 'parameters', 'requestBody', 'responses', 'security', 'x-roles'}, f'{where} has members of an operation', op.keys())
    check(op['operationId'] not in seen and re.fullmatch(r'[a-zA-Z]+', op['operationId']), f'{where} has an id of its own', op['operationId'])
    seen.add(op['operationId'])
    check(op['summary'] and op['description'], f'{where} says what it does in both languages')
    named = set(re.findall(r'{([^}]+)}', path))
    inside = [p for p in op['parameters'] if p['in'] == 'path']
    check({p['name'] for p in inside} == named and all(p['required'] for p in inside), f'{where} declares the parameters of its path')
    keys = [(p['name'], p['in']) for p in op['parameters']]
    check(len(set(keys)) == len(keys), f'{where} has no parameter twice', keys)
    check(all(re.fullmatch(r'[1-5]\d\d', s) and r['description'] for s, r in op['responses'].items()), f'{where} has responses with descriptions')
    check(any(s < '400' for s in op['responses']) and '429' in op['responses'], f'{where} can succeed, and be too much')
    check(bool(op['security']) == bool(op['x-roles']), f'{where} needs a session exactly if it needs a role')
    check(('requestBody' in op) <= (method in ('post', 'put', 'patch')), f'{where} has a body only where bodies have a meaning')
    schemas = [p['schema'] for p in op['parameters']]
    for thing in list(op['responses'].values()) + [op.get('requestBody', {})]:
        schemas += [c['schema'] for c in thing.get('content', {}).values()]
    for s in schemas:
        if Draft202012Validator:
            Draft202012Validator.check_schema(resolve(doc, s))
        for node in walk(s):
            if 'properties' in node:
                check(node['additionalProperties'] is False and set(node['required']) <= set(node['properties']), f'{where}: objects are closed')
    return len(schemas)


def walk(schema):
    yield schema
    for s in list(schema.get('properties', {}).values()) + ([schema['items']] if 'items' in schema else []):
        yield from walk(s)


def main():
    out = subprocess.run([BANGVANGD, '--openapi'], stdout=subprocess.PIPE, text=True)
    doc = json.loads(out.stdout)
    check(out.returncode == 0 and doc['openapi'] == '3.1.0', 'bangvangd --openapi prints an OpenAPI 3.1 document')
    check(doc['info']['title'] and doc['info']['version'], 'with its title and version')
    seen, schemas = set(), 0
    for path, item in doc['paths'].items():
        check(path.startswith('/') and set(item) <= METHODS, f'{path} has methods only', item.keys())
        for method, op in item.items():
            schemas += check_operation(doc, path, method, op, seen)
    leased = {(op['operationId'], p['required']) for item in doc['paths'].values() for op in item.values() for p in op['parameters'] if p['name'] == 'X-Lease'}
    check(leased == {(i, False) for i in 'attempt start paperKey paper answers save leaveSection submit remark'.split()}, 'X-Lease is a field of what tabs ask', leased)
    check(schemas > 20, f'{schemas} schemas were looked at')
    if not Draft202012Validator:
        skip('python3-jsonschema is not here')
        finish()
    try:
        from openapi_spec_validator import validate
        validate(doc)
        check(True, 'openapi-spec-validator finds nothing')
    except ImportError:
        skip('openapi-spec-validator is not here')
    with Daemon(rate_page='60000/min burst 6000', rate_api='60000/min burst 6000') as d:
        c = d.client()
        check(c('GET', '/api/openapi.json').json() == doc, 'the server serves the same document')
        problem = Draft202012Validator(doc['components']['schemas']['Problem'])
        for path, item in doc['paths'].items():
            for method, op in item.items():
                concrete = re.sub(r'{[^}]+}', 'rate', path)
                a = c(method.upper(), concrete, {} if 'requestBody' in op else None)
                where = f'{method.upper()} {concrete}: {a.status}'
                if not check(str(a.status) in op['responses'], f'{where} is among its responses', a):
                    continue
                for media, content in op['responses'][str(a.status)].get('content', {}).items():
                    check((a.field('Content-Type') or '').split(';')[0] == media, f'{where} has the type {media}', a)
                    if media.endswith('json'):
                        faults = list(Draft202012Validator(resolve(doc, content['schema'])).iter_errors(a.json()))
                        check(not faults, f'{where} fits its schema', faults)
                for other in METHODS - set(item):
                    a = c(other.upper(), concrete)
                    check(a.status == 405 and sorted(a.field('Allow').replace(', HEAD', '').split(', ')) == sorted(m.upper() for m in item) and
                          not list(problem.iter_errors(a.json())), f'{other.upper()} {concrete}: 405, and Allow is what the document says', a)
    finish()


main()
