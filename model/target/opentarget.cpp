// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/base/text.h"
#include "model/checkpoint/rootchoice.h"
#include "model/formats/formats.h"
#include "model/target/attributetexts.h"
#include "model/target/firstconv.h"
#include "model/target/keylist.h"

#include <QCoreApplication>
#include <QFileInfo>

#include <algorithm>
#include <map>
#include <tuple>

namespace {
constexpr qint64 largestKeyList = 16 << 20; // as text for patterns it takes four times as much
constexpr const char *classifierAttribute = "classifier";

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

/// The first bytes of a file, as many as tell what it is.
Result<std::string> readHead(const InputFile &file)
{
    std::string head(4096, '\0');
    const Result<qint64> got = file.readSome(0, std::as_writable_bytes(std::span(head)));
    if (!got)
        return got.error();
    head.resize(std::size_t(*got));
    return head;
}

/// Whether the file starts like JSON: what a manifest is and a checkpoint never is.
bool startsLikeJson(std::string_view head)
{
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && head[first] == '{';
}

/// Whether a line of the file says `weightsmith:`, as a recipe's first line does, maybe below comments.
bool startsLikeRecipe(std::string_view head)
{
    return head.starts_with("weightsmith:") || head.find("\nweightsmith:") != std::string_view::npos;
}

bool isUnder(std::string_view key, std::string_view module)
{
    return key.starts_with(module) && (key.size() == module.size() || key[module.size()] == '.');
}

/// The classifier modules that a target states, for head=none.
Result<std::vector<std::string>> classifiers(const Target &target)
{
    if (!target.attributes().contains(classifierAttribute))
        return wrong(tr("head=none needs to know the classifier, but “%1” states no attribute “classifier”.")
                         .arg(target.name()));
    const auto modules = attributeTexts(target, classifierAttribute);
    if (!modules)
        return wrong(tr("The attribute “classifier” of “%1” should be the name of a module or a list of names.")
                         .arg(target.name()));
    for (const std::string &module : *modules) {
        const bool exists = std::any_of(target.keys().begin(), target.keys().end(),
                                        [&](const TargetKey &key) { return isUnder(key.name, module); });
        if (!exists)
            return wrong(tr("“%1” says that its classifier is “%2”, but no key of it is called so.")
                             .arg(target.name(), displayName(module)));
    }
    return *modules;
}

/// Attributes that name modules see the prefix as the keys do.
void addPrefix(std::map<std::string, Attribute> &attributes, const std::string &prefix)
{
    for (const std::string &name : {std::string(classifierAttribute), std::string(firstConvAttribute)}) {
        const auto found = attributes.find(name);
        if (found == attributes.end())
            continue;
        if (auto *one = std::get_if<std::string>(&found->second))
            one->insert(0, prefix);
        else if (auto *several = std::get_if<std::vector<std::string>>(&found->second))
            std::for_each(several->begin(), several->end(), [&](std::string &module) { module.insert(0, prefix); });
    }
}

/// Prefix and head options, as a new target.
Result<std::shared_ptr<const Target>> withOptions(const std::shared_ptr<const Target> &target, const Spec &spec,
                                                  const QString &text)
{
    std::vector<std::string> heads;
    Target::Parts parts;
    parts.name = target->name();
    parts.spec = text;
    parts.source = target->source();
    parts.attributes = target->attributes();
    parts.findings = target->findings();
    parts.checkpoint = target->checkpoint();
    if (spec.prefix.empty() && !spec.withoutHead)
        parts.root = target->root();
    if (spec.withoutHead) {
        Result<std::vector<std::string>> modules = classifiers(*target);
        if (!modules)
            return modules.error();
        heads = std::move(*modules);
        parts.attributes.erase(classifierAttribute);
    }
    addPrefix(parts.attributes, spec.prefix);
    parts.keys.reserve(target->keys().size());
    for (const TargetKey &key : target->keys()) {
        if (std::any_of(heads.begin(), heads.end(), [&](const std::string &head) { return isUnder(key.name, head); }))
            continue;
        TargetKey kept = key;
        kept.name = parts.names.store(spec.prefix, key.name);
        parts.keys.push_back(std::move(kept));
    }
    return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(parts)));
}

/// Number the keys that show the very same elements: equal storage, offset, dtype, shape and strides.
void markTies(const Checkpoint &checkpoint, const Root &root, std::vector<TargetKey> &keys)
{
    const auto tensors = checkpoint.tensors(root);
    std::vector<quint32> uses(checkpoint.storages().size(), 0);
    for (const Tensor &tensor : tensors)
        ++uses[quint32(tensor.storage)];

    std::map<std::tuple<StorageId, qint64, DType, Shape, Shape>, std::size_t> first; // by what a tensor shows
    quint32 ties = 0;
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        const Tensor &tensor = tensors[i];
        if (uses[quint32(tensor.storage)] < 2 || Checkpoint::elements(tensor) == 0)
            continue;
        const auto [twin, isNew] = first.try_emplace(
            {tensor.storage, tensor.byteOffset, tensor.dtype, tensor.shape, checkpoint.strides(tensor)}, i);
        if (isNew)
            continue;
        quint32 &tie = keys[twin->second].tie;
        keys[i].tie = tie = tie != 0 ? tie : ++ties;
    }
}

Result<std::shared_ptr<const Target>> openKeyList(const InputFile &file, const QString &path)
{
    const QString name = QFileInfo(path).fileName();
    if (file.size() > largestKeyList) {
        return wrong(tr("“%1” has %2: too large for a list of keys.")
                         .arg(displayName(name.toStdString()), bytesText(file.size())),
                     path);
    }
    std::string text(std::size_t(file.size()), '\0');
    if (const auto read = file.readAt(0, std::as_writable_bytes(std::span(text))); !read)
        return read.error();
    const Result<KeyList> list = readKeyList(text);
    return list ? targetFromKeyList(*list, name) : list.error();
}

Result<std::shared_ptr<const Target>> openPlace(const Spec &spec, Progress &progress)
{
    const auto [path, root] = splitSpec(spec.place);
    const auto file = InputFile::open(path);
    if (!file)
        return file.error();
    const Result<std::string> head = readHead(**file);
    if (!head)
        return head.error();
    if (startsLikeRecipe(*head)) {
        return wrong(tr("“%1” is a recipe, not a target; a target is a checkpoint or a manifest.")
                         .arg(displayName(QFileInfo(path).fileName().toStdString())),
                     path);
    }
    if (startsLikeJson(*head))
        return readManifest(**file);
    if (isKeyList(*head))
        return openKeyList(**file, path);
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
    parts.root = pathText(checkpoint->root(*root).path);
    if (rootPath)
        parts.spec += QStringLiteral("::") + QString::fromStdString(*rootPath);
    parts.source = tr("the checkpoint “%1”").arg(file);
    parts.checkpoint = checkpoint;
    NameIndex seen(checkpoint->root(*root).count);
    TensorIndex index = checkpoint->root(*root).first;
    for (const Tensor &tensor : checkpoint->tensors(checkpoint->root(*root))) {
        TargetKey key;
        key.tensor = index++;
        key.name = parts.names.store(tensor.name);
        key.dtype = tensor.dtype;
        key.shape = tensor.shape;
        key.role = tensor.isParameter ? TargetKey::Role::Parameter : TargetKey::Role::Unknown;
        parts.keys.push_back(std::move(key));
        if (seen.insert(quint32(parts.keys.size() - 1), namesOf(parts.keys)) != NameIndex::none)
            return wrong(
                tr("“%1” has the key “%2” twice, so it cannot be the target.").arg(file, displayName(tensor.name)));
    }
    markTies(*checkpoint, checkpoint->root(*root), parts.keys);
    return std::shared_ptr<const Target>(std::make_shared<Target>(std::move(parts)));
}
