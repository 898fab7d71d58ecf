// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/formats/formats.h"
#include "model/target/target.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <map>

namespace {
constexpr qint64 largestManifest = 256 << 20;

QString tr(const char *text)
{
    return QCoreApplication::translate("Target", text);
}

Error wrong(const QString &message, const QString &path = {})
{
    return {Error::Kind::BadTarget, message, path};
}

/// A target spec taken apart: `FILE::root,prefix=backbone.,head=none`.
struct Spec
{
    QString place;
    std::string prefix;
    bool withoutHead = false;
};

/// Options are the trailing `,name=value` parts with known names, since a file name may hold commas itself.
Result<Spec> parseSpec(const QString &text)
{
    Spec spec{text, {}, false};
    while (true) {
        const qsizetype comma = spec.place.lastIndexOf(u',');
        const QString option = comma < 0 ? QString() : spec.place.mid(comma + 1);
        const qsizetype equals = option.indexOf(u'=');
        const QString name = equals < 0 ? QString() : option.left(equals);
        const QString value = option.mid(equals + 1);
        if (name == QStringLiteral("prefix"))
            spec.prefix = value.toStdString();
        else if (name == QStringLiteral("head") && value == QStringLiteral("none"))
            spec.withoutHead = true;
        else if (name == QStringLiteral("head"))
            return wrong(tr("The target option “head” takes “none”, not “%1”.").arg(displayName(value.toStdString())));
        else
            return spec;
        spec.place.truncate(comma);
    }
}

Result<std::string> readManifestText(const InputFile &file)
{
    if (file.size() > largestManifest) {
        return wrong(tr("“%1” has %2: too large for a manifest.")
                         .arg(displayName(file.path().toStdString()), bytesText(file.size())),
                     file.path());
    }
    std::string text(std::size_t(file.size()), '\0');
    const Result<void> read = file.readAt(0, std::as_writable_bytes(std::span(text)));
    if (!read)
        return read.error();
    return text;
}

/// Whether the file starts like JSON: what a manifest is and a checkpoint never is.
Result<bool> startsLikeJson(const InputFile &file)
{
    std::array<std::byte, 64> head{};
    const Result<qint64> got = file.readSome(0, head);
    if (!got)
        return got.error();
    for (qint64 i = 0; i < *got; ++i) {
        const char c = char(head[std::size_t(i)]);
        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return c == '{';
    }
    return false;
}

/// Prefix and head options, as a new target.
Result<std::shared_ptr<const Target>> withOptions(const std::shared_ptr<const Target> &target, const Spec &spec,
                                                  const QString &text)
{
    std::vector<std::string> heads;
    if (spec.withoutHead) {
        const auto classifier = target->attributes().find("classifier");
        if (classifier == target->attributes().end()) {
            return wrong(tr("head=none needs to know the classifier, but “%1” states no attribute “classifier”.")
                             .arg(target->name()));
        }
        if (const auto *one = std::get_if<std::string>(&classifier->second))
            heads = {*one};
        else if (const auto *several = std::get_if<std::vector<std::string>>(&classifier->second))
            heads = *several;
    }
    Target::Parts parts;
    parts.name = target->name();
    parts.spec = text;
    parts.source = target->source();
    parts.attributes = target->attributes();
    parts.findings = target->findings();
    parts.checkpoint = target->checkpoint();
    for (const TargetKey &key : target->keys()) {
        const bool isHead = std::any_of(heads.begin(), heads.end(), [&](const std::string &head) {
            return key.name == head
                || (key.name.starts_with(head) && key.name.size() > head.size() && key.name[head.size()] == '.');
        });
        if (isHead)
            continue;
        TargetKey kept = key;
        kept.name = parts.names.store(spec.prefix, key.name);
        parts.keys.push_back(std::move(kept));
    }
    return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(parts)));
}

Result<std::shared_ptr<const Target>> openPlace(const Spec &spec, Progress &progress)
{
    const auto [path, root] = splitSpec(spec.place);
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    const Result<bool> isJson = startsLikeJson(**file);
    if (!isJson)
        return isJson.error();
    if (*isJson) {
        const Result<std::string> text = readManifestText(**file);
        if (!text)
            return text.error();
        return parseManifest(*text, QFileInfo(path).fileName());
    }
    const auto checkpoint = openCheckpoint(path, progress);
    if (!checkpoint && checkpoint.error().kind == Error::Kind::NotThisFormat) {
        return wrong(tr("“%1” cannot be a target: it is neither a checkpoint nor a manifest. %2")
                         .arg(displayName(QFileInfo(path).fileName().toStdString()), checkpoint.error().message),
                     path);
    }
    if (!checkpoint)
        return checkpoint.error();
    return targetFromCheckpoint(*checkpoint, root);
}
}

Result<std::shared_ptr<const Target>> openTarget(const QString &text, Progress &progress)
{
    const Result<Spec> spec = parseSpec(text);
    if (!spec)
        return spec.error();
    auto opened = openPlace(*spec, progress);
    if (!opened)
        return opened.error();
    return withOptions(*opened, *spec, text);
}

Result<std::shared_ptr<const Target>> targetFromCheckpoint(std::shared_ptr<const Checkpoint> checkpoint,
                                                           const std::optional<std::string> &rootPath)
{
    const QString file = displayName(checkpoint->fileName().toStdString());
    std::optional<RootId> root;
    Target::Parts parts;
    if (rootPath) {
        root = findRoot(*checkpoint, parsePath(*rootPath));
        if (!root)
            return wrong(
                tr("“%1” holds no tensors at “%2”, so that cannot be the target.").arg(file, displayName(*rootPath)));
    } else {
        const RootChoice choice = chooseRoot(*checkpoint);
        root = choice.root;
        if (!root)
            return wrong(tr("“%1” holds no tensors, so it cannot be the target.").arg(file));
        if (!choice.others.empty())
            parts.findings.push_back({Finding::Severity::Info, "target-root", choice.reason, {}});
    }
    parts.name = file;
    parts.spec = checkpoint->path();
    parts.source = tr("the checkpoint “%1”").arg(file);
    parts.checkpoint = checkpoint;
    NameIndex seen(checkpoint->root(*root).count);
    std::map<std::pair<quint32, qint64>, quint32> storages; // first key (from 1) that shows each place
    quint32 ties = 0;
    for (const Tensor &tensor : checkpoint->tensors(checkpoint->root(*root))) {
        if (seen.insert(tensor.name, quint32(parts.keys.size())) != NameIndex::none)
            return wrong(
                tr("“%1” has the key “%2” twice, so it cannot be the target.").arg(file, displayName(tensor.name)));
        TargetKey key;
        key.name = parts.names.store(tensor.name);
        key.dtype = tensor.dtype;
        key.shape = tensor.shape;
        key.role = tensor.isParameter ? TargetKey::Role::Parameter : TargetKey::Role::Unknown;
        const auto [place, isNew] =
            storages.try_emplace({quint32(tensor.storage), tensor.byteOffset}, quint32(parts.keys.size()));
        if (!isNew && Checkpoint::elements(tensor) > 0) {
            TargetKey &twin = parts.keys[place->second];
            if (twin.shape == key.shape && twin.dtype == key.dtype)
                key.tie = twin.tie = twin.tie != 0 ? twin.tie : ++ties;
        }
        parts.keys.push_back(std::move(key));
    }
    return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(parts)));
}
