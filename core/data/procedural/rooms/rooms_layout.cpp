// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/procedural/rooms/rooms_layout.h"

#include <utility>

#include "core/data/procedural/rooms/rooms_furniture.h"

namespace alidade {
namespace {

using Source = RoomsRecipe::Source;
using Kind = RoomsKind;

/// With probability `share`, `low` to `high` pieces.
struct RoomsWish {
  Kind kind;
  double share;
  int low, high;
};

/// A type of rooms: its share, the range of its sides in metres, and what it is furnished with. Chairs come
/// last: they stand at what is there.
struct RoomsType {
  double share;
  float shortest, longest;
  std::vector<RoomsWish> wishes;
};

const std::vector<RoomsType>& room_types(Source source) {
  static const std::vector<RoomsType> scans{
      {0.28,
       3.4F,
       5.2F,
       {{Kind::kBed, 1, 1, 2},
        {Kind::kCabinet, 0.8, 1, 2},
        {Kind::kDesk, 0.5, 1, 1},
        {Kind::kBookshelf, 0.4, 1, 1},
        {Kind::kChair, 0.8, 1, 2}}},
      {0.28,
       3.8F,
       6.0F,
       {{Kind::kSofa, 1, 1, 3},
        {Kind::kTable, 1, 1, 2},
        {Kind::kBookshelf, 0.6, 1, 2},
        {Kind::kCabinet, 0.5, 1, 1},
        {Kind::kChair, 0.9, 2, 5}}},
      {0.22,
       3.4F,
       5.5F,
       {{Kind::kDesk, 1, 1, 3},
        {Kind::kBookshelf, 0.9, 1, 3},
        {Kind::kTable, 0.5, 1, 1},
        {Kind::kSofa, 0.25, 1, 1},
        {Kind::kCabinet, 0.5, 1, 2},
        {Kind::kChair, 1, 1, 4}}},
      {0.22,
       2.3F,
       3.6F,
       {{Kind::kBathtub, 0.85, 1, 1}, {Kind::kToilet, 1, 1, 2}, {Kind::kCabinet, 0.6, 1, 1}}}};
  static const std::vector<RoomsType> views{
      {0.42,
       3.2F,
       4.8F,
       {{Kind::kBed, 1, 1, 2},
        {Kind::kNightStand, 0.95, 1, 2},
        {Kind::kDresser, 0.9, 1, 2},
        {Kind::kDesk, 0.4, 1, 1},
        {Kind::kChair, 0.7, 1, 2}}},
      {0.26,
       3.6F,
       5.5F,
       {{Kind::kSofa, 1, 1, 3},
        {Kind::kTable, 1, 1, 2},
        {Kind::kDresser, 0.3, 1, 1},
        {Kind::kChair, 0.9, 2, 4}}},
      {0.2,
       3.2F,
       5.5F,
       {{Kind::kDesk, 1, 1, 3},
        {Kind::kTable, 0.6, 1, 1},
        {Kind::kSofa, 0.25, 1, 1},
        {Kind::kChair, 1, 2, 5}}},
      {0.12, 2.4F, 3.4F, {{Kind::kToilet, 1, 1, 2}, {Kind::kDresser, 0.3, 1, 1}}}};
  static const std::vector<RoomsType> offices{{0.34,
                                               5.0F,
                                               8.0F,
                                               {{Kind::kTable, 1, 1, 2},
                                                {Kind::kBoard, 1, 1, 2},
                                                {Kind::kBookshelf, 0.6, 1, 3},
                                                {Kind::kSofa, 0.25, 1, 1},
                                                {Kind::kChair, 1, 5, 10}}},
                                              {0.4,
                                               6.0F,
                                               9.5F,
                                               {{Kind::kTable, 1, 4, 7},
                                                {Kind::kBookshelf, 0.9, 2, 5},
                                                {Kind::kBoard, 0.6, 1, 2},
                                                {Kind::kSofa, 0.3, 1, 1},
                                                {Kind::kChair, 1, 4, 9}}},
                                              {0.26,
                                               4.5F,
                                               7.5F,
                                               {{Kind::kSofa, 1, 2, 4},
                                                {Kind::kTable, 1, 1, 3},
                                                {Kind::kBookshelf, 0.6, 1, 3},
                                                {Kind::kBoard, 0.4, 1, 1},
                                                {Kind::kChair, 0.8, 2, 5}}}};
  return source == Source::kScans ? scans : source == Source::kViews ? views : offices;
}

const RoomsType& draw_type(Source source, Random& random) {
  const auto& types = room_types(source);
  double left = random.uniform();
  for (const RoomsType& type : types) {
    if ((left -= type.share) < 0.0) {
      return type;
    }
  }
  return types.back();
}

/// Fills one room.
class RoomsFurnisher {
 public:
  RoomsFurnisher(Source source, RoomsLayout& room, Random& random)
      : source_(source), room_(room), random_(random), placer_(room, random) {}

  void furnish(const RoomsType& type) {
    placer_.at_wall(make_clutter(RoomsClutter::kDoor, random_), 0.0F, 0.0F);
    for (const RoomsWish& wish : type.wishes) {
      if (random_.uniform() < wish.share) {
        const int count =
            wish.low + static_cast<int>(random_.index(static_cast<std::uint32_t>(wish.high - wish.low + 1)));
        for (int i = 0; i < count; ++i) {
          put(wish.kind);
        }
      }
    }
    add_clutter();
  }

 private:
  void put(Kind kind) {
    RoomsObject object = make_furniture(kind, random_, source_ == Source::kOffices);
    if (kind == Kind::kChair) {
      put_chair(std::move(object));
    } else if (kind == Kind::kTable && random_.uniform() < 0.8) {
      place_table(std::move(object));
    } else if (kind == Kind::kNightStand && !beds_.empty()) {
      place_night_stand(std::move(object));
    } else {
      dress(kind, placer_.at_wall(std::move(object), kind == Kind::kBoard ? 0.0F : 0.08F,
                                  kind == Kind::kBoard ? 0.0F : 0.03F));
    }
  }

  void place_table(RoomsObject object) {
    const float quarter = static_cast<float>(random_.index(2)) * 1.5707963F;
    dress(Kind::kTable, placer_.anywhere(std::move(object), quarter + jitter(0.06F), 0.9F));
  }

  void place_night_stand(RoomsObject object) {
    const int bed = beds_[random_.index(static_cast<std::uint32_t>(beds_.size()))];
    const bool left = random_.uniform() < 0.5;
    int placed = placer_.beside(object, bed, left);
    placed = placed >= 0 ? placed : placer_.beside(std::move(object), bed, !left);
    dress(Kind::kNightStand, placed);
  }

  void put_chair(RoomsObject object) {
    if (seats_.empty() || random_.uniform() < 0.12) {
      placer_.anywhere(std::move(object), jitter(3.14159F), 0.4F);
      return;
    }
    const auto [seat, front_only] = seats_[random_.index(static_cast<std::uint32_t>(seats_.size()))];
    placer_.facing(std::move(object), seat, front_only, 0.12F + 0.25F * static_cast<float>(random_.uniform()),
                   random_.uniform() < 0.25 ? 0.8F : 0.15F);
  }

  /// Remembers what others stand at, and puts things on top.
  void dress(Kind kind, int index) {
    if (index < 0) {
      return;
    }
    if (kind == Kind::kBed) {
      beds_.push_back(index);
    }
    if (kind == Kind::kTable || kind == Kind::kDesk) {
      seats_.push_back({index, kind == Kind::kDesk});
    }
    if (kind == Kind::kDesk ||
        (kind == Kind::kTable && source_ == Source::kOffices && random_.uniform() < 0.5)) {
      placer_.on_top(make_clutter(RoomsClutter::kMonitor, random_), index);
    }
    if (kind == Kind::kNightStand && random_.uniform() < 0.6) {
      placer_.on_top(make_clutter(RoomsClutter::kTableLamp, random_), index);
    }
    if (kind == Kind::kTable || kind == Kind::kDesk || kind == Kind::kDresser || kind == Kind::kCabinet) {
      for (std::uint32_t i = random_.index(4); i > 0; --i) {
        placer_.on_top(make_clutter(RoomsClutter::kSmallThing, random_), index);
      }
    }
  }

  void add_clutter() {
    for (std::uint32_t i = random_.index(4); i > 0; --i) {
      placer_.at_wall(make_clutter(RoomsClutter::kPicture, random_), 0.0F, 0.0F);
    }
    constexpr RoomsClutter kinds[] = {RoomsClutter::kBox, RoomsClutter::kBin, RoomsClutter::kPlant,
                                      RoomsClutter::kFloorLamp};
    for (std::uint32_t i = random_.index(4); i > 0; --i) {
      placer_.anywhere(make_clutter(kinds[random_.index(4)], random_), jitter(3.14159F), 0.25F);
    }
  }

  float jitter(float most) { return static_cast<float>(random_.uniform(-most, most)); }

  Source source_;
  RoomsLayout& room_;
  Random& random_;
  RoomsPlacer placer_;
  std::vector<int> beds_;
  std::vector<std::pair<int, bool>> seats_;  ///< what chairs stand at; whether only at its front
};

}  // namespace

RoomsLayout make_rooms_layout(Source source, Random& random) {
  const RoomsType& type = draw_type(source, random);
  const auto side = [&] { return static_cast<float>(random.uniform(type.shortest, type.longest)); };
  RoomsLayout room;
  room.size = {side(), side(),
               static_cast<float>(random.uniform(2.4, source == Source::kOffices ? 3.2 : 2.7))};
  const float wall = static_cast<float>(random.uniform(0.65, 0.95));
  room.wall_color = {wall, wall * static_cast<float>(random.uniform(0.93, 1.0)),
                     wall * static_cast<float>(random.uniform(0.85, 1.0))};
  const float floor = static_cast<float>(random.uniform(0.25, 0.7));
  room.floor_color = {floor, floor * static_cast<float>(random.uniform(0.75, 1.0)),
                      floor * static_cast<float>(random.uniform(0.55, 1.0))};
  RoomsFurnisher(source, room, random).furnish(type);
  return room;
}

}  // namespace alidade
