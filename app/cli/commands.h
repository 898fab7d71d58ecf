// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/inputs.h"
#include "app/cli/terminal.h"
#include "model/save/save.h"

/// The verbs of the command line, one function each; `cli.md` says what they print. They give the exit code 0 (what was
/// asked holds) or 1 (it does not), or the Error whose kind decides the code.
struct Verbosity
{
    bool json = false;
    bool quiet = false;
};

struct InfoOptions
{
    std::string file;
    std::string filter; ///< a glob over names; empty: all
    bool keys = false;
};

struct ConvertOptions
{
    InputOptions inputs;
    std::string output;
    std::string format;
    std::string maxShardSize; ///< as shardBytes() reads it; empty: one file
    std::string device = "auto";
    std::string rootKey;
    std::string certificate;
    std::vector<std::string> metadata; ///< K=V
    bool keepObjects = false;
    bool strict = false;
    bool force = false;
    bool inPlace = false;
    bool dryRun = false;
    bool sha256 = false;
};

struct StatsOptions
{
    std::string file;
    std::string filter; ///< a glob over names; empty: all
    std::string device = "auto";
};

struct CompareOptions
{
    InputOptions inputs; ///< A, and what is made of it
    std::string other; ///< B, or B::root
    bool values = false;
};

struct VerifyOptions
{
    std::string file; ///< OUT
    std::string certificate;
    std::string source; ///< FILE or FILE::root: derive every tensor from it again; empty: not
    std::string target; ///< instead of the one that the certificate names
    std::string device = "auto";
};

struct ImportOptions
{
    std::string file; ///< settings: a file, - for standard input, or the first KEY=VALUE
    std::vector<std::string> overrides; ///< KEY=VALUE, which outrank the file
    std::string as; ///< whose settings they are; empty: as they look
    std::string dialect = "main";
};

struct ExportOptions
{
    InputOptions inputs; ///< the recipe, and, where counts are asked for, a checkpoint and a target
    std::string as; ///< a word of exportForms()
};

Result<int> runInfo(const InfoOptions &options, Verbosity verbosity);
Result<int> runPlan(const InputOptions &options, Verbosity verbosity);
Result<int> runFit(const InputOptions &options, Verbosity verbosity);
Result<int> runExplain(const InputOptions &options, const std::string &key, Verbosity verbosity);
Result<int> runConvert(const ConvertOptions &options, Verbosity verbosity);
Result<int> runCompare(const CompareOptions &options, Verbosity verbosity);
Result<int> runStats(const StatsOptions &options, Verbosity verbosity);
Result<int> runVerify(const VerifyOptions &options, Verbosity verbosity);
Result<int> runTargetsList(const std::string &glob, Verbosity verbosity);
Result<int> runTargetsShow(const std::string &spec, Verbosity verbosity);
Result<int> runTargetsFrom(const std::string &file, const std::string &output, bool force, Verbosity verbosity);
Result<int> runRecipesList(const std::string &glob, Verbosity verbosity);
Result<int> runRecipesShow(const std::string &name, Verbosity verbosity);
Result<int> runRecipesExplain(const std::string &word, Verbosity verbosity);
Result<int> runRecipesImport(const ImportOptions &options, Verbosity verbosity);
Result<int> runRecipesExport(const ExportOptions &options, Verbosity verbosity);
/// Replace this process by the window.
Result<int> runWindow(const InputOptions &options);
