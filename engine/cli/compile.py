"""`komisi compile`: the program that a plan is compiled to, as text or in its stored form."""

import click

from engine.cli.places import compiled, plan_of, workspace_folder, workspace_option


@click.command()
@click.argument("plan", required=False)
@click.option("--show", "whole", is_flag=True, help="Print the whole program, not only its stages.")
@click.option("--json", "as_json", is_flag=True, help="Print the program as a run stores it.")
@workspace_option
def compile(plan: str | None, whole: bool, as_json: bool, workspace: str | None) -> None:
    """Compile a plan and list the stages of its program.

    \b
    komisi compile salesman
    komisi compile salesman --show
    """
    from engine.ir.serial import program_to_json
    from engine.ir.text import program_text
    from engine.pipeline import chosen

    made = compiled(workspace_folder(workspace))
    wanted = plan_of(made, plan, "compile")
    program = chosen(made, [wanted.name]).program
    if as_json:
        click.echo(program_to_json(program), nl=False)
    elif whole:
        click.echo(program_text(program), nl=False)
    else:
        wide = max(len(stage.name) for stage in program.stages)
        for stage in program.stages:
            click.echo(f"{stage.name.ljust(wide)}  {', '.join(stage.keys)}")
        click.echo(f"next: komisi compile {wanted.name} --show", err=True)
