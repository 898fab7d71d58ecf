// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/exitcode.h"

#include <CLI/CLI.hpp>
#include <QCoreApplication>

#include <cstdio>
#include <new>

namespace {
/// The command that the arguments chose, run after parsing.
using Command = std::function<Result<int>()>;

void addRecipes(CLI::App &verb, InputOptions &inputs)
{
    verb.add_option("--recipe", inputs.recipes,
                    "Recipe file, built-in name, or - for standard input; repeatable, run in order")
        ->type_name("R")
        ->allow_extra_args(false);
    verb.add_option("--set", inputs.params, "Give a parameter of the recipes a value; repeatable")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    verb.add_option("--step", inputs.steps,
                    "One step inline, after the recipes; repeatable: --step 'add-prefix: backbone.'")
        ->type_name("STEP")
        ->allow_extra_args(false);
}

CLI::Option *addChange(CLI::App &verb, InputOptions &inputs)
{
    addRecipes(verb, inputs);
    return verb.add_option("--target", inputs.target, "What to fit: a checkpoint, a manifest, or - for standard input")
        ->type_name("T");
}

void addInputs(CLI::App &verb, InputOptions &inputs, bool needsTarget)
{
    verb.add_option("FILE", inputs.file, "Checkpoint; FILE::path/inside chooses a root")->required();
    addChange(verb, inputs)->required(needsTarget);
}

void addJson(CLI::App &verb, Verbosity &verbosity)
{
    verb.add_flag("--json", verbosity.json, "Print one JSON object");
}

/// All options of all verbs; lives as long as the parser.
struct Options
{
    Verbosity verbosity;
    InputOptions inputs;
    InfoOptions info;
    StatsOptions stats;
    CompareOptions compare;
    ConvertOptions convert;
    VerifyOptions verify;
    ImportOptions importing;
    ExportOptions exporting;
    std::string key;
    std::string glob;
    std::string name;
    std::string output;
    bool force = false;
    Command command;
};

void addInfo(CLI::App &app, Options &o)
{
    CLI::App *verb = app.add_subcommand("info", "Show what is in a checkpoint");
    verb->add_option("FILE", o.info.file, "Checkpoint; FILE::path/inside shows one root")->required();
    verb->add_flag("--keys", o.info.keys, "List every key");
    verb->add_option("--filter", o.info.filter, "List only keys that match a shell pattern")->type_name("GLOB");
    addJson(*verb, o.verbosity);
    verb->callback([&o] { o.command = [&o] { return runInfo(o.info, o.verbosity); }; });
}

void addPlanVerbs(CLI::App &app, Options &o)
{
    CLI::App *plan = app.add_subcommand("plan", "Show what would come out, without writing");
    addInputs(*plan, o.inputs, false);
    addJson(*plan, o.verbosity);
    plan->callback([&o] { o.command = [&o] { return runPlan(o.inputs, o.verbosity); }; });

    CLI::App *fit = app.add_subcommand("fit", "Hold the result against a target; exit 1 unless the fit is complete");
    addInputs(*fit, o.inputs, true);
    addJson(*fit, o.verbosity);
    fit->callback([&o] { o.command = [&o] { return runFit(o.inputs, o.verbosity); }; });

    CLI::App *explain = app.add_subcommand("explain", "Tell the whole story of one key, by its name on either side");
    addInputs(*explain, o.inputs, false);
    explain->add_option("KEY", o.key, "A source, result or target key")->required();
    explain->callback([&o] { o.command = [&o] { return runExplain(o.inputs, o.key, o.verbosity); }; });
}

void addConvert(CLI::App &app, Options &o)
{
    CLI::App *verb = app.add_subcommand("convert", "Write the converted checkpoint");
    addInputs(*verb, o.convert.inputs, false);
    verb->add_option("-o,--output", o.convert.output, "File to write; its ending chooses the format")
        ->required()
        ->type_name("OUT");
    verb->add_option("--format", o.convert.format, "safetensors or torch, whatever the ending says")->type_name("F");
    verb->add_option("--dtype", o.convert.inputs.dtype, "Cast floating tensors at the end: float16, bfloat16, …")
        ->type_name("D");
    verb->add_option("--max-shard-size", o.convert.maxShardSize,
                     "Cut into shards of at most that size (5GB, 500MiB, bytes), named after OUT, with an index")
        ->type_name("SIZE");
    verb->add_option("--device", o.convert.device, "auto, cpu or cuda[:n]")->type_name("DEVICE");
    verb->add_flag("--strict", o.convert.strict, "Write nothing and exit 1 unless the fit is complete");
    verb->add_option("--root-key", o.convert.rootKey, "torch: write {NAME: state dict}")->type_name("NAME");
    verb->add_flag("--keep-objects", o.convert.keepObjects,
                   "torch: write the whole object tree with the state dict in its place");
    verb->add_option("--metadata", o.convert.metadata, "safetensors: add K=V to the metadata; repeatable")
        ->type_name("K=V")
        ->allow_extra_args(false);
    verb->add_flag("--force", o.convert.force, "Replace an existing OUT");
    verb->add_flag("--in-place", o.convert.inPlace, "With --force: OUT may be the source itself");
    verb->add_flag("--dry-run", o.convert.dryRun, "Say what would be written, write nothing");
    verb->add_option("--certificate", o.convert.certificate, "Write a certificate of the conversion")
        ->type_name("PATH");
    verb->add_flag("--sha256", o.convert.sha256, "Add SHA-256 of whole files to the certificate");
    addJson(*verb, o.verbosity);
    verb->callback([&o] { o.command = [&o] { return runConvert(o.convert, o.verbosity); }; });
}

void addVerify(CLI::App &app, Options &o)
{
    CLI::App *verb = app.add_subcommand("verify", "Hold a written file against its certificate; exit 1 unless equal");
    verb->add_option("OUT", o.verify.file, "What was written: a file, or the index or folder of shards")->required();
    verb->add_option("--certificate", o.verify.certificate, "The certificate that was written with it")
        ->required()
        ->type_name("PATH");
    verb->add_option("--source", o.verify.source, "Also derive every tensor again, from this certified source")
        ->type_name("FILE");
    verb->add_option("--target", o.verify.target, "With --source: the target, where it is elsewhere now")
        ->type_name("T");
    verb->add_option("--device", o.verify.device, "With --source: auto, cpu or cuda[:n]")->type_name("DEVICE");
    addJson(*verb, o.verbosity);
    verb->callback([&o] { o.command = [&o] { return runVerify(o.verify, o.verbosity); }; });
}

void addLooks(CLI::App &app, Options &o)
{
    CLI::App *stats = app.add_subcommand("stats", "Show the statistics of every tensor's values, and of all together");
    stats->add_option("FILE", o.stats.file, "Checkpoint; FILE::path/inside looks at one root")->required();
    stats->add_option("--filter", o.stats.filter, "Look only at keys that match a shell pattern")->type_name("GLOB");
    stats
        ->add_option("--device", o.stats.device,
                     "auto, cpu or cuda[:n]; statistics are computed on the processor whatever is said")
        ->type_name("DEVICE");
    addJson(*stats, o.verbosity);
    stats->callback([&o] { o.command = [&o] { return runStats(o.stats, o.verbosity); }; });

    CLI::App *compare =
        app.add_subcommand("compare", "Compare two checkpoints bit for bit; exit 1 unless they are identical");
    compare->add_option("A", o.compare.inputs.file, "Checkpoint; A::path/inside chooses a root")->required();
    compare->add_option("B", o.compare.other, "Checkpoint, of any format")->required();
    addChange(*compare, o.compare.inputs)->description("What the recipes fit A to before it is compared");
    compare->add_flag("--values", o.compare.values, "Say how far apart the values are, also of different dtypes");
    addJson(*compare, o.verbosity);
    compare->callback([&o] { o.command = [&o] { return runCompare(o.compare, o.verbosity); }; });
}

void addTargets(CLI::App &app, Options &o)
{
    CLI::App *verb = app.add_subcommand("targets", "List, show and make targets");
    verb->require_subcommand(0, 1);
    verb->callback([verb, &o] {
        if (verb->get_subcommands().empty())
            o.command = [&o] { return runTargetsList({}, o.verbosity); };
    });
    CLI::App *list = verb->add_subcommand("list", "List built-in targets");
    list->add_option("GLOB", o.glob, "Only names that match");
    list->callback([&o] { o.command = [&o] { return runTargetsList(o.glob, o.verbosity); }; });
    CLI::App *show = verb->add_subcommand("show", "Show the keys of a target");
    show->add_option("NAME", o.name, "Any target")->required();
    addJson(*show, o.verbosity);
    show->callback([&o] { o.command = [&o] { return runTargetsShow(o.name, o.verbosity); }; });
    CLI::App *from = verb->add_subcommand("from", "Make a manifest from a checkpoint");
    from->add_option("FILE", o.name, "Checkpoint; FILE::path/inside chooses a root")->required();
    from->add_option("-o,--output", o.output, "Manifest to write, or - for standard output")
        ->required()
        ->type_name("MANIFEST");
    from->add_flag("--force", o.force, "Replace an existing file");
    from->callback([&o] { o.command = [&o] { return runTargetsFrom(o.name, o.output, o.force, o.verbosity); }; });
}

void addRecipesVerb(CLI::App &app, Options &o)
{
    CLI::App *verb = app.add_subcommand("recipes", "List, show, explain, import and export recipes");
    verb->require_subcommand(0, 1);
    verb->callback([verb, &o] {
        if (verb->get_subcommands().empty())
            o.command = [&o] { return runRecipesList({}, o.verbosity); };
    });
    CLI::App *list = verb->add_subcommand("list", "List built-in recipes");
    list->add_option("GLOB", o.glob, "Only names that match, or recipes with these words");
    list->callback([&o] { o.command = [&o] { return runRecipesList(o.glob, o.verbosity); }; });
    CLI::App *show = verb->add_subcommand("show", "Print a recipe");
    show->add_option("NAME", o.name, "Built-in name or file")->required();
    show->callback([&o] { o.command = [&o] { return runRecipesShow(o.name, o.verbosity); }; });
    CLI::App *explain = verb->add_subcommand("explain", "Explain a recipe in plain words, or a step with an example");
    explain->add_option("WHAT", o.name, "Built-in recipe, file, or the word of a step")->required();
    explain->callback([&o] { o.command = [&o] { return runRecipesExplain(o.name, o.verbosity); }; });
    CLI::App *importing = verb->add_subcommand("import", "Make a recipe from another program's settings");
    importing
        ->add_option("FILE", o.importing.file,
                     "Settings of VISSL, MMEngine, transformers, vLLM or torchtune, or a table of names; - for "
                     "standard input")
        ->required();
    importing->add_option("SETTINGS", o.importing.overrides, "Settings that outrank the file's")
        ->type_name("KEY=VALUE");
    importing
        ->add_option("--as", o.importing.as,
                     "Whose settings: vissl, vissl-teacher, mmengine, transformers, vllm, vllm-longest, torchtune "
                     "or pairs; as they look otherwise")
        ->type_name("KIND");
    importing->add_option("--dialect", o.importing.dialect, "VISSL's: documented or main")->type_name("DIALECT");
    importing->callback([&o] { o.command = [&o] { return runRecipesImport(o.importing, o.verbosity); }; });
    CLI::App *exporting = verb->add_subcommand("export", "Print a recipe in another form");
    exporting->add_option("R", o.exporting.inputs.recipes, "Built-in name or file")->required()->expected(1);
    exporting
        ->add_option("--as", o.exporting.as,
                     "yaml, python, python-filter, command, inverse, vissl, mmengine or transformers")
        ->type_name("FORM")
        ->required();
    exporting
        ->add_option("--source", o.exporting.inputs.file,
                     "A checkpoint: Python insists on the counts that the steps have there")
        ->type_name("FILE");
    exporting->add_option("--target", o.exporting.inputs.target, "The target that goes with it")->type_name("T");
    exporting->callback([&o] { o.command = [&o] { return runRecipesExport(o.exporting, o.verbosity); }; });
}

void addAll(CLI::App &app, Options &o)
{
    app.set_version_flag("--version", "weightsmith " WEIGHTSMITH_VERSION, "Print the version");
    app.fallthrough();
    app.add_flag("--quiet", o.verbosity.quiet, "No remarks and no progress on standard error");
    app.require_subcommand(0, 1);
    app.add_option("FILE", o.inputs.file, "Without a verb: open the window on this checkpoint");
    app.add_option("--target", o.inputs.target, "Without a verb: the target to show")->type_name("T");
    app.add_option("--recipe", o.inputs.recipes, "Without a verb: the recipe to show")
        ->type_name("R")
        ->allow_extra_args(false);
    addInfo(app, o);
    addPlanVerbs(app, o);
    addConvert(app, o);
    addLooks(app, o);
    addVerify(app, o);
    addTargets(app, o);
    addRecipesVerb(app, o);
}

int run(int argc, char **argv)
{
    CLI::App app("Open, remap and convert deep-learning checkpoints.", "weightsmith");
    Options options;
    addAll(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success &success) { // --help and --version end the parse this way
        return app.exit(success);
    } catch (const CLI::ParseError &error) {
        app.exit(error, std::cerr, std::cerr);
        return exitCode(Error::Kind::Usage);
    }
    const Terminal terminal(options.verbosity.quiet);
    const Result<int> result = options.command ? options.command() : runWindow(options.inputs);
    std::fflush(stdout);
    if (result)
        return *result;
    terminal.error(result.error());
    return exitCode(result.error().kind);
}
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("weightsmith"));
    TerminalProgress::installSignalHandlers();
    try {
        return run(argc, argv);
    } catch (const std::bad_alloc &) {
        std::fputs("weightsmith: There is not enough memory.\n", stderr);
        return exitCode(Error::Kind::OutOfMemory);
    }
}
