// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/formats/torchbinding.h"
#include "model/checkpoint/rootchoice.h"

#include "model/base/text.h"
#include "model/formats/tensorbinder.h"
#include "model/formats/torchwalk.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cctype>
#include <numeric>

namespace {
QString tr(const char *text)
{
    return QCoreApplication::translate("TorchBinding", text);
}

/// Turns found places into roots and found tensors into tensors, grouped by root.
class Grouping
{
public:
    Grouping(FoundTensors &found, Checkpoint::Parts &parts) : m_found(found), m(parts) {}

    /// Equal names in one place: as in a dict, the last one counts. The others go to the place for what is left out.
    void setDuplicatesAside();
    void makeRoots();
    /// Numbers of the found tensors in the order of the roots.
    std::vector<quint32> order() const;
    RootId rootOf(const FoundTensor &tensor) const { return RootId(m_rootOfPlace[tensor.place]); }

private:
    std::vector<std::string> pathOf(quint32 place) const;
    ObjectId moduleVersions(ObjectId object) const;

    FoundTensors &m_found;
    Checkpoint::Parts &m;
    std::vector<quint32> m_rootOfPlace;
};

void Grouping::setDuplicatesAside()
{
    // One index for all places: the name with its place's number in front would copy all names, so each place that
    // holds tensors gets an index in turn.
    const std::vector<quint32> sorted = order();
    std::size_t moved = 0;
    std::string example;
    for (std::size_t first = 0, end = 0; first < sorted.size(); first = end) {
        const quint32 place = m_found.tensors[sorted[first]].place;
        while (end < sorted.size() && m_found.tensors[sorted[end]].place == place)
            ++end;
        NameIndex names(end - first);
        for (std::size_t i = first; i < end; ++i) {
            FoundTensor &later = m_found.tensors[sorted[i]];
            const quint32 earlier = names.insert(sorted[i], namesOf(m_found.tensors));
            if (earlier == NameIndex::none)
                continue;
            std::swap(m_found.tensors[earlier].call, later.call);
            std::swap(m_found.tensors[earlier].object, later.object);
            if (++moved == 1)
                example = later.name;
            later.name = m.objects.arena().store(later.name, " #" + std::to_string(moved));
            if (m_found.places[place].hidden == 0) {
                FoundPlace aside;
                aside.parent = place;
                aside.component = "(not in the state dict)";
                aside.isHidden = true;
                m_found.places.push_back(std::move(aside));
                m_found.places[place].hidden = quint32(m_found.places.size() - 1);
            }
            later.place = m_found.places[place].hidden;
            --m_found.places[place].tensors;
            ++m_found.places[later.place].tensors;
        }
    }
    if (moved > 0) {
        m.findings.push_back({Finding::Severity::Warning,
                              "duplicate-name",
                              tr("Tensors have the name of another tensor beside them, such as “%1” (%2 in all). The "
                                 "last of each name counts, as in Python.")
                                  .arg(displayName(example), QString::number(moved)),
                              {.key = example}});
    }
}

std::vector<quint32> Grouping::order() const
{
    std::vector<quint32> starts(m_found.places.size() + 1, 0);
    for (std::size_t i = 0; i < m_found.places.size(); ++i)
        starts[i + 1] = starts[i] + m_found.places[i].tensors;
    std::vector<quint32> sorted(m_found.tensors.size());
    for (quint32 i = 0; i < m_found.tensors.size(); ++i)
        sorted[starts[m_found.tensors[i].place]++] = i;
    return sorted;
}

std::vector<std::string> Grouping::pathOf(quint32 place) const
{
    std::vector<std::string> path;
    for (; place != 0; place = m_found.places[place].parent) {
        path.push_back(m_found.places[place].component);
        if (!m_found.places[place].folded.empty())
            path.push_back(m_found.places[place].folded);
    }
    std::reverse(path.begin(), path.end());
    return path;
}

ObjectId Grouping::moduleVersions(ObjectId object) const
{
    const ObjectId attributes = object == noObject ? noObject : m.objects[object].state;
    if (attributes == noObject || m.objects[attributes].kind != ObjectNode::Kind::Dict)
        return noObject;
    const std::span<const ObjectId> pairs = m.objects.children(attributes);
    for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
        if (m.objects[pairs[i]].kind == ObjectNode::Kind::Text && m.objects[pairs[i]].text == "_metadata")
            return pairs[i + 1];
    }
    return noObject;
}

void Grouping::makeRoots()
{
    m_rootOfPlace.resize(m_found.places.size());
    TensorIndex first = 0;
    for (quint32 number = 0; number < m_found.places.size(); ++number) {
        const FoundPlace &place = m_found.places[number];
        if (place.tensors == 0)
            continue;
        m_rootOfPlace[number] = quint32(m.roots.size());
        Root root;
        root.path = pathOf(number);
        root.first = first;
        root.count = place.tensors;
        root.object = place.object;
        root.moduleVersions = moduleVersions(place.object);
        root.isOptimizer = place.isHidden || place.byNumber == place.tensors
            || std::any_of(root.path.begin(), root.path.end(), isOptimizerKey);
        first += place.tensors;
        m.roots.push_back(std::move(root));
    }
}

void gatherNames(const PickleGraph &graph, Checkpoint::Parts &parts)
{
    std::vector<std::string> dangerous;
    for (const PickleNode *global : graph.globals()) {
        const NameGrade grade = gradeOf(*graph.text(global->items[0]), *graph.text(global->items[1]));
        parts.namesInPickle.emplace_back(graph.globalName(*global), grade);
        if (grade == NameGrade::Dangerous)
            dangerous.push_back(escaped(graph.globalName(*global).substr(0, 200)));
    }
    if (dangerous.empty())
        return;
    std::string list = dangerous.front();
    for (std::size_t i = 1; i < std::min<std::size_t>(dangerous.size(), 5); ++i)
        list += ", " + dangerous[i];
    parts.findings.push_back({Finding::Severity::Warning, "dangerous-name",
                              tr("The pickle names %1, which a program that runs pickles would call. Nothing of it was "
                                 "run here.")
                                  .arg(QString::fromStdString(list))});
}
}

Result<void> bindTorch(const TorchContents &contents, Checkpoint::Parts &parts, const Progress &progress)
{
    gatherNames(contents.graph, parts);
    Result<FoundTensors> found = walkObjects(contents.graph, contents.root, parts.objects, parts.findings, progress);
    if (!found && found.error().kind == Error::Kind::Damaged) {
        return Error{Error::Kind::Damaged,
                     tr("“%1” cannot be opened: %2.").arg(displayName(parts.path.toStdString()), found.error().message),
                     parts.path};
    }
    if (!found)
        return found.error();
    Grouping grouping(*found, parts);
    grouping.setDuplicatesAside();
    grouping.makeRoots();
    const std::vector<quint32> order = grouping.order();
    TensorBinder binder(contents, parts);
    parts.tensors.reserve(order.size());
    for (const quint32 number : order) {
        const FoundTensor &tensor = found->tensors[number];
        parts.objects[tensor.object].tensor = quint32(parts.tensors.size());
        binder.add(tensor.name, tensor.call, tensor.object, grouping.rootOf(tensor));
    }
    binder.finish();
    return {};
}
