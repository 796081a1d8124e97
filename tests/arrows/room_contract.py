"""The import contract between the rooms, as a contract type of import-linter; its table stands in pyproject.toml."""

from importlinter import Contract, ContractCheck, fields, output


class RoomsContract(Contract):
    """Each line of `allowed` reads `importer -> imported imported ...`; `*` is every room; everything else is forbidden."""

    allowed = fields.ListField(subfield=fields.StringField())

    def check(self, graph, verbose):
        root = self.session_options["root_packages"][0]
        table = {importer.strip(): imported.split() for importer, imported in (line.split("->") for line in self.allowed)}
        rooms = sorted(module.removeprefix(f"{root}.") for module in graph.find_children(root))
        unnamed = [room for room in rooms if room not in table]
        breaches = []
        for module in sorted(graph.modules):
            importer = module.removeprefix(f"{root}.")
            permitted = _most_specific(table, importer)
            for target in sorted(graph.find_modules_directly_imported_by(module)):
                imported = target.removeprefix(f"{root}.")
                if target == root or not target.startswith(f"{root}.") or imported.split(".")[0] == importer.split(".")[0]:
                    continue
                if not any(name == "*" or _within(imported, name) for name in permitted):
                    lines = [detail["line_number"] for detail in graph.get_import_details(importer=module, imported=target)]
                    breaches.append((module, target, lines))
        return ContractCheck(kept=not breaches and not unnamed, metadata={"breaches": breaches, "unnamed": unnamed})

    def render_broken_contract(self, check):
        for room in check.metadata["unnamed"]:
            output.print_error(f"The room '{room}' is not in the table: give it a line in pyproject.toml, [[tool.importlinter.contracts]].")
        for importer, imported, lines in check.metadata["breaches"]:
            output.print_error(f"{importer} may not import {imported} (line {', '.join(map(str, lines))}).")


def _within(module, name):
    return module == name or module.startswith(f"{name}.")


def _most_specific(table, module):
    names = [name for name in table if _within(module, name)]
    return table[max(names, key=len)] if names else []
