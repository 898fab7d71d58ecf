// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report.h"
#include "model/base/text.h"
#include "model/formats/formats.h"
#include "model/save/proof.h"

namespace {
using namespace Qt::StringLiterals;

constexpr std::size_t mostListed = 20; ///< differences in words; JSON has all

void writeProof(JsonWriter &json, const Proof &proof)
{
    json.beginObject();
    json.key("verified").value(proof.holds());
    json.key("files").beginArray();
    for (const Proof::File &file : proof.files) {
        json.beginObject();
        json.key("path").value(file.path.toStdString());
        json.key("equal").value(file.problem.isEmpty());
        if (!file.problem.isEmpty())
            json.key("problem").value(file.problem.toStdString());
        json.endObject();
    }
    json.endArray();
    json.key("tensors").value(proof.tensors);
    json.key("differs").beginArray();
    for (const Proof::Difference &difference : proof.differences) {
        json.beginObject();
        json.key("name").value(difference.name);
        json.key("problem").value(difference.problem.toStdString());
        json.endObject();
    }
    json.endArray();
    json.key("unreadable");
    if (proof.unreadable.isEmpty())
        json.null();
    else
        json.value(proof.unreadable.toStdString());
    json.key("rederived");
    if (proof.rederived)
        json.value(*proof.rederived);
    else
        json.null();
    json.endObject();
}

void printProof(const Terminal &terminal, const Proof &proof)
{
    bool isEveryFile = true;
    for (const Proof::File &file : proof.files) {
        isEveryFile &= file.problem.isEmpty();
        if (!file.problem.isEmpty())
            terminal.line(u"✗ “%1” %2."_s.arg(displayName(file.path.toStdString()), file.problem));
    }
    if (!proof.unreadable.isEmpty())
        terminal.line(u"✗ No tensor could be compared: %1"_s.arg(proof.unreadable));
    for (std::size_t i = 0; i < std::min(proof.differences.size(), mostListed); ++i)
        terminal.line(u"✗ “%1” %2."_s.arg(displayName(proof.differences[i].name), proof.differences[i].problem));
    if (proof.differences.size() > mostListed)
        terminal.line(u"… and %1 more."_s.arg(exactText(qint64(proof.differences.size() - mostListed))));
    if (!isEveryFile && proof.unreadable.isEmpty() && proof.differences.empty())
        terminal.line(u"All %1 tensors are the certified ones: what differs lies outside of them."_s.arg(
            exactText(proof.tensors)));
    if (!proof.holds())
        return;
    terminal.line(
        u"✓ %1 tensors, and every byte of the file, are what the certificate says."_s.arg(exactText(proof.tensors)));
    if (proof.rederived)
        terminal.line(u"✓ %1 tensors came out again, bit for bit, from the source and the recipe."_s.arg(
            exactText(*proof.rederived)));
}

/// The certified recipe over the certified source.
Result<std::shared_ptr<const Plan>> planAgain(const VerifyOptions &options, const Certificate &certificate,
                                              Progress &progress)
{
    auto recipe = Recipe::parse(certificate.recipe, QString::fromStdString(options.certificate));
    if (!recipe)
        return recipe.error();
    InputOptions inputs;
    inputs.file = options.source;
    if (certificate.sourceRoot && !splitSpec(QString::fromStdString(options.source)).second)
        inputs.file += "::" + *certificate.sourceRoot;
    inputs.target = options.target.empty() ? certificate.target.value_or(std::string()) : options.target;
    return planRecipe(*std::move(recipe), inputs, progress);
}
}

Result<int> runVerify(const VerifyOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    if (options.source.empty() && !options.target.empty())
        return Error{Error::Kind::Usage, u"--target says what a source is derived for: give one with --source."_s};
    const auto device = DeviceChoice::parse(QString::fromStdString(options.device));
    if (!device)
        return device.error();
    const auto file = InputFile::open(QString::fromStdString(options.certificate));
    if (!file)
        return file.error();
    const Result<Certificate> certificate = readCertificate(ByteSource(**file));
    if (!certificate)
        return certificate.error();
    const SaveTools tools{loadEvaluator, openCheckpoint};
    TerminalProgress progress(u"verifying"_s, verbosity.quiet);
    Result<Proof> proof = prove(QString::fromStdString(options.file), *certificate, progress, tools);
    if (!proof)
        return proof.error();
    if (!options.source.empty()) {
        const auto again = planAgain(options, *certificate, progress);
        if (!again)
            return again.error();
        if (const auto done = rederive(*proof, **again, *certificate, *device, progress, tools); !done)
            return done.error();
    }
    if (verbosity.json) {
        JsonWriter json;
        writeProof(json, *proof);
        terminal.out(json.text() + '\n');
    } else {
        printProof(terminal, *proof);
    }
    return proof->holds() ? 0 : 1;
}
