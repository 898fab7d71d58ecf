// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/inputfile.h"
#include "model/base/progress.h"
#include "model/checkpoint/checkpoint.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// An attribute that recipes ask a target for: grid_size [14, 14], num_prefix_tokens 1, first_conv "conv1", …
using Attribute = std::variant<bool, qint64, double, std::string, std::vector<qint64>, std::vector<std::string>>;

/// One key that the target wants.
struct TargetKey
{
    enum class Role : quint8 { Unknown, Parameter, Buffer };

    Name name;
    DType dtype = DType::Unknown; ///< Unknown: any
    Shape shape;
    Role role = Role::Unknown;
    bool anyShape = false; ///< nothing says which: `shape` is empty and every shape fits
    quint32 tie = 0; ///< keys with the same non-zero number share one storage
    TensorIndex tensor = 0; ///< of the target's checkpoint, if it is one: where its values are

    bool takes(const Shape &other) const { return anyShape || shape == other; }
};

/// What a state dict should fit: keys, shapes, dtypes and attributes, in the target's order. Immutable and shared.
class Target
{
public:
    struct Parts
    {
        QString name; ///< for people: "swin_tiny_patch4_window7_224", a file name
        QString spec; ///< what opened it, as typed
        QString source; ///< where it came from, in words
        Arena names;
        std::vector<TargetKey> keys;
        std::map<std::string, Attribute> attributes;
        std::shared_ptr<const Checkpoint> checkpoint; ///< when the target is a checkpoint
        std::optional<std::string> root; ///< the path in it of the root whose keys these are, all and unchanged
        Findings findings;
    };

    /// Keys must be unique: openTarget() and the manifest parser refuse duplicates before they come here.
    explicit Target(Parts parts);

    const QString &name() const { return m.name; }
    const QString &spec() const { return m.spec; }
    const QString &source() const { return m.source; }
    const std::vector<TargetKey> &keys() const { return m.keys; }
    /// Index into keys(), or NameIndex::none.
    quint32 find(Name name) const { return m_index.find(name, namesOf(m.keys)); }
    const std::map<std::string, Attribute> &attributes() const { return m.attributes; }
    const std::shared_ptr<const Checkpoint> &checkpoint() const { return m.checkpoint; }
    const std::optional<std::string> &root() const { return m.root; }
    const Findings &findings() const { return m.findings; }
    qint64 parameters() const { return m_parameters; }

private:
    Parts m;
    NameIndex m_index;
    qint64 m_parameters = 0;
};

/// The shape that a key wants, for people.
QString wantedShapeText(const TargetKey &key);

/// Open a target from what a user types: a checkpoint (`FILE` or `FILE::root`), a manifest (`.json`), a saved message
/// of load_state_dict or list of keys (`keylist.h`), each with `,prefix=P` and `,head=none` behind it. Errors:
/// BadTarget with what the file is instead, NotFound, Damaged, …
Result<std::shared_ptr<const Target>> openTarget(const QString &spec, Progress &progress);

constexpr std::size_t usualManifestPiece = 1 << 20;
/// A manifest's text (`cli.md`, Files of ours), or a plain `{"KEY": [shape]}`, whose keys are read in pieces.
Result<std::shared_ptr<const Target>> parseManifest(std::string_view json, const QString &fileName,
                                                    std::size_t pieceBytes = usualManifestPiece);
/// The same from a file, read piece by piece: its memory is that of its keys.
Result<std::shared_ptr<const Target>> readManifest(const InputFile &file);
/// The target as a manifest, in its order.
std::string printManifest(const Target &target);
/// The tensors of one root as a target. The root is chosen like `root: auto` unless `rootPath` is given.
Result<std::shared_ptr<const Target>> targetFromCheckpoint(std::shared_ptr<const Checkpoint> checkpoint,
                                                           const std::optional<std::string> &rootPath);
