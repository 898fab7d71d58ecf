// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"
#include "app/cli/report.h"
#include "model/base/text.h"
#include "model/save/layout.h"

#include <QStringList>

namespace {
using namespace Qt::StringLiterals;

Result<SaveOptions> saveOptions(const ConvertOptions &options)
{
    SaveOptions save;
    save.path = QString::fromStdString(options.output);
    const auto format = outputFormat(save.path, QString::fromStdString(options.format));
    if (!format)
        return format.error();
    save.format = *format;
    if (!options.maxShardSize.empty()) {
        const auto bytes = shardBytes(QString::fromStdString(options.maxShardSize));
        if (!bytes)
            return bytes.error();
        save.maxShardBytes = *bytes;
    }
    const auto device = DeviceChoice::parse(QString::fromStdString(options.device));
    if (!device)
        return device.error();
    save.device = *device;
    save.existing = options.force ? SaveOptions::Existing::Replace : SaveOptions::Existing::Refuse;
    save.overSource = options.inPlace;
    save.rootKey = options.rootKey;
    save.keepObjects = options.keepObjects;
    save.certificatePath = QString::fromStdString(options.certificate);
    save.sha256 = options.sha256;
    for (const std::string &entry : options.metadata) {
        const std::size_t equals = entry.find('=');
        if (equals == std::string::npos || equals == 0) {
            return Error{
                Error::Kind::Usage,
                u"--metadata takes KEY=VALUE, but “%1” has no key before an equals sign."_s.arg(displayName(entry))};
        }
        save.metadata.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return save;
}

void writeOutcome(JsonWriter &json, const SaveReport &outcome, const Plan &plan)
{
    json.beginObject();
    json.key("output").value(outcome.path.toStdString());
    json.key("files").beginArray();
    for (const QString &file : outcome.files)
        json.value(file.toStdString());
    json.endArray();
    json.key("format").value(outcome.format == OutputFormat::Safetensors ? "safetensors" : "torch");
    json.key("bytes").value(outcome.bytes).key("tensors").value(outcome.tensors);
    json.key("copied_bytes").value(outcome.copiedBytes).key("computed_bytes").value(outcome.computedBytes);
    json.key("seconds").value(outcome.seconds).key("device").value(outcome.device.toStdString());
    json.key("fit");
    if (plan.target)
        appendFit(json, plan, fit(plan));
    else
        json.null();
    json.key("certificate");
    if (outcome.certificatePath.isEmpty())
        json.null();
    else
        json.value(outcome.certificatePath.toStdString());
    Findings findings = plan.findings;
    append(findings, outcome.findings);
    appendFindings(json.key("findings"), findings);
    json.endObject();
}

void tell(const Terminal &terminal, const SaveReport &outcome, const Plan &plan, Verbosity verbosity,
          const QString &verb)
{
    if (verbosity.json) {
        JsonWriter json;
        writeOutcome(json, outcome, plan);
        terminal.out(json.text() + '\n');
        return;
    }
    terminal.line(u"%1 %2: %3 tensors, %4 (%5 copied, %6 computed)"_s.arg(
        verb, displayName(outcome.path.toStdString()), exactText(outcome.tensors), bytesText(outcome.bytes),
        bytesText(outcome.copiedBytes), bytesText(outcome.computedBytes)));
    if (outcome.files.size() > 1) {
        for (const QString &file : outcome.files)
            terminal.line(u"  "_s + displayName(file.toStdString()));
    }
    if (plan.target)
        printFit(terminal, plan, fit(plan));
}

Result<int> dryRun(const Plan &plan, const SaveOptions &save, const Terminal &terminal, Verbosity verbosity)
{
    const auto preview = previewSave(plan, save);
    if (!preview)
        return preview.error();
    terminal.notes(preview->findings);
    SaveReport would;
    would.path = preview->files.back();
    would.files = preview->files;
    would.format = save.format;
    would.bytes = preview->bytes;
    would.tensors = preview->tensors;
    would.copiedBytes = preview->copiedBytes;
    would.computedBytes = preview->computedBytes;
    would.device = u"none"_s;
    would.findings = preview->findings;
    tell(terminal, would, plan, verbosity, u"would write"_s);
    return 0;
}
}

Result<int> runConvert(const ConvertOptions &options, Verbosity verbosity)
{
    const Terminal terminal(verbosity.quiet);
    const Result<SaveOptions> save = saveOptions(options);
    if (!save)
        return save.error();
    if (options.strict && options.inputs.target.empty())
        return Error{Error::Kind::Usage, u"--strict compares with a target: give one with --target."_s};

    const auto planned = planInputs(options.inputs, verbosity.quiet);
    if (!planned)
        return planned.error();
    const std::shared_ptr<const Plan> &made = *planned;
    terminal.notes(made->findings);
    if (options.strict && !fit(*made).complete) {
        printFit(terminal, *made, fit(*made));
        return Error{Error::Kind::DoesNotHold,
                     u"Nothing was written: the fit is not complete and --strict was given."_s};
    }
    if (options.dryRun)
        return dryRun(*made, *save, terminal, verbosity);

    TerminalProgress progress(u"writing"_s, verbosity.quiet);
    const Result<SaveReport> report = ::save(*made, *save, progress);
    if (!report)
        return report.error();
    terminal.notes(report->findings);
    tell(terminal, *report, *made, verbosity, u"wrote"_s);
    return 0;
}
